// Command measure prints what Central costs on a practice fleet of its own: how soon the first event of a
// deploy comes, how much longer a site takes than the same commands in a shell loop of ssh, and how soon those have a site
// who sign up at the same moment. It raises the fleet, measures, and removes it, also when it fails or is interrupted. It
// needs root.
package main

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"central/practice/demo"
)

// How much is measured. The rounds are even, so that as many go to the newer release as to the older one.
const (
	rounds    = 6
	siteCount = 3 // of which shop-01 and shop-03 are on the bench that is measured
)

// patience bounds the whole run, the raising of the fleet included.
const patience = time.Hour

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	if err := run(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "measure:", err)
		os.Exit(1)
	}
}

// run raises the fleet, measures, and removes the fleet whatever happens.
func run(ctx context.Context) (err error) {
	config, err := configuration()
	if err != nil {
		return err
	}
	// Sign-ups need to know below which domain sites are, and where their links lead.
	if err := errors.Join(os.Setenv("CENTRAL_SITE_DOMAINS", "example.com"), os.Setenv("CENTRAL_PUBLIC_URL", "http://"+config.Listen)); err != nil {
		return err
	}
	before, err := demo.New(config)
	if err != nil {
		return err
	}
	if err := before.Down(ctx); err != nil { // what a killed run left behind
		return fmt.Errorf("remove an earlier run's fleet: %w", err)
	}
	key, public, err := makeKey(ctx, config.Dir)
	if err != nil {
		return err
	}
	config.Keys = []string{public}
	fleet, err := demo.New(config)
	if err != nil {
		return err
	}
	defer func() {
		fmt.Println("\nRemoving the fleet")
		err = errors.Join(err, fleet.Down(context.WithoutCancel(ctx)))
	}()
	if err := fleet.Up(ctx); err != nil {
		return err
	}
	result, err := measure(ctx, fleet, key)
	if err != nil {
		return err
	}
	fmt.Print(result.table())
	signed, err := measureSignUps(ctx, fleet)
	if err != nil {
		return err
	}
	fmt.Print(signed.table())
	return nil
}

// configuration keeps the fleet apart from a demo and from the tests, which may run beside it.
func configuration() (demo.Config, error) {
	dir, err := filepath.Abs(".bench")
	if err != nil {
		return demo.Config{}, err
	}
	binary, err := filepath.Abs("bin/central")
	if err != nil {
		return demo.Config{}, err
	}
	return demo.Config{
		Name: "bench", Dir: dir, Network: netip.MustParsePrefix("10.94.0.0/24"), Listen: "127.0.0.1:8099",
		Binary: binary, CacheDir: "/var/cache/central/practice", Sites: siteCount, Out: os.Stdout,
	}, nil
}

// makeKey makes the key that the loop of ssh logs in with, beside Central's own.
func makeKey(ctx context.Context, dir string) (file, public string, err error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", "", err
	}
	file = filepath.Join(dir, "ssh-key")
	out, err := exec.CommandContext(ctx, "ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", file).CombinedOutput()
	if err != nil {
		return "", "", fmt.Errorf("make a key: %w: %s", err, out)
	}
	text, err := os.ReadFile(file + ".pub")
	return file, string(text), err
}
