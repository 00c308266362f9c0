// Package e2e tests Central as its users meet it: the demo's own Central and practice fleet, under a name,
// network and port of its own, through GraphQL, the proxy and a real browser.
package e2e

import (
	"context"
	"fmt"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"central/practice/demo"
	"central/runner/mail/mailtest"
)

// fleet is what all tests share: they deploy one after the other to the same sites, as a team does.
var fleet *demo.Demo

// sshKey may log in to the hosts as root, to look at what Central did there.
var sshKey string

func TestMain(m *testing.M) {
	code, err := run(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

func run(m *testing.M) (code int, err error) {
	ctx := context.Background()
	dir, err := filepath.Abs("../.test")
	if err != nil {
		return 0, err
	}
	binary, err := filepath.Abs("../bin/central")
	if err != nil {
		return 0, err
	}
	config := demo.Config{
		Name: "test", Dir: dir, Network: netip.MustParsePrefix("10.89.0.0/24"), Listen: "127.0.0.1:8089",
		Binary: binary, CacheDir: "/var/cache/central/practice", Sites: 12, Out: os.Stdout,
	}
	sshKey = filepath.Join(dir, "ssh-key")
	if os.Getenv(keep) == "" {
		if err := clear(ctx, config); err != nil {
			return 0, err
		}
	}
	if err := makeKey(dir); err != nil {
		return 0, err
	}
	public, err := os.ReadFile(sshKey + ".pub")
	if err != nil {
		return 0, err
	}
	config.Keys = []string{string(public)}
	stop, err := takeMail("http://" + config.Listen)
	if err != nil {
		return 0, err
	}
	defer stop()
	certificates, err := os.MkdirTemp("", "central-authority-")
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(certificates)
	stopAuthority, err := takeCertificates(ctx, certificates)
	if err != nil {
		return 0, err
	}
	defer stopAuthority()
	if fleet, err = demo.New(config); err != nil {
		return 0, err
	}
	defer func() {
		if down := keepOrDown(ctx, dir); err == nil {
			err = down
		}
	}()
	up, cancel := context.WithTimeout(ctx, 25*time.Minute)
	defer cancel()
	if err := fleet.Up(up); err != nil {
		return 0, err
	}
	return m.Run(), nil
}

// letters is what Central has mailed.
var letters mailtest.Box

// takeMail lets the Central that is started from here on take sign-ups below example.com, and send its messages to letters.
func takeMail(central string) (stop func(), err error) {
	address, stop, err := letters.Listen()
	if err != nil {
		return nil, err
	}
	for name, value := range map[string]string{
		"CENTRAL_SITE_DOMAINS": "example.com", "CENTRAL_PUBLIC_URL": central,
		"CENTRAL_SMTP_ADDRESS": address, "CENTRAL_SMTP_TLS": "none", "CENTRAL_MAIL_FROM": "Central <central@example.com>",
	} {
		if err := os.Setenv(name, value); err != nil {
			return nil, err
		}
	}
	return stop, nil
}

// keep is the variable that leaves the fleet up after a run, for the next run with it to go on from.
const keep = "CENTRAL_E2E_KEEP"

// clear removes what an earlier run left behind.
func clear(ctx context.Context, config demo.Config) error {
	before, err := demo.New(config)
	if err != nil {
		return err
	}
	if err := before.Down(ctx); err != nil {
		return fmt.Errorf("remove an earlier run's fleet: %w", err)
	}
	return nil
}

// makeKey makes sshKey in dir, unless it is there.
func makeKey(dir string) error {
	if _, err := os.Stat(sshKey); err == nil {
		return nil
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	if out, err := exec.Command("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", sshKey).CombinedOutput(); err != nil {
		return fmt.Errorf("make a key: %w: %s", err, out)
	}
	return nil
}

// keepOrDown keeps Central's log, and removes the fleet unless it is to stay up.
func keepOrDown(ctx context.Context, dir string) error {
	if err := os.MkdirAll(artifacts, 0o755); err != nil {
		return err
	}
	log, err := os.ReadFile(filepath.Join(dir, "central.log"))
	if err == nil {
		err = os.WriteFile(filepath.Join(artifacts, "central.log"), log, 0o644)
	}
	if os.Getenv(keep) != "" {
		return err
	}
	return fleet.Down(ctx)
}

// artifacts is where screenshots and logs of a run are kept.
const artifacts = "../artifacts"
