package practice

import (
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

func TestNew(t *testing.T) {
	good := Config{Name: "demo", Dir: "/tmp/demo", Network: netip.MustParsePrefix("10.88.0.0/24")}
	for name, test := range map[string]struct {
		change func(*Config)
		want   string
	}{
		"OK":                {func(*Config) {}, ""},
		"NameEmpty":         {func(c *Config) { c.Name = "" }, "name"},
		"NameWithDash":      {func(c *Config) { c.Name = "a-b" }, "name"},
		"NameTooLong":       {func(c *Config) { c.Name = strings.Repeat("a", 17) }, "name"},
		"NetworkMissing":    {func(c *Config) { c.Network = netip.Prefix{} }, "network"},
		"NetworkTooSmall":   {func(c *Config) { c.Network = netip.MustParsePrefix("10.88.0.0/29") }, "network"},
		"NetworkV6":         {func(c *Config) { c.Network = netip.MustParsePrefix("fd00::/64") }, "network"},
		"DirMissing":        {func(c *Config) { c.Dir = "" }, "directory"},
		"DirRoot":           {func(c *Config) { c.Dir = "/" }, "directory"},
		"DirNotForOverlays": {func(c *Config) { c.Dir = "/tmp/a,b" }, "directory"},
		"KeyOfTwoLines":     {func(c *Config) { c.AuthorizedKeys = []string{"a\nb"} }, "key"},
	} {
		t.Run(name, func(t *testing.T) {
			cfg := good
			test.change(&cfg)
			switch _, err := New(cfg); {
			case test.want == "" && err != nil:
				t.Errorf("got error %v", err)
			case test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)):
				t.Errorf("got error %v, want one about the %s", err, test.want)
			}
		})
	}
}

func TestNamesFitInterfaces(t *testing.T) {
	seen := map[string]string{}
	for _, name := range []string{"a", "demo", "sevenxx", "eightxxx", "eightxxy", strings.Repeat("z", 16)} {
		f, err := New(Config{Name: name, Dir: "/tmp/x", Network: netip.MustParsePrefix("10.0.0.0/16")})
		if err != nil {
			t.Fatal(err)
		}
		link := f.link(Host{Address: netip.MustParseAddr("10.0.255.254")})
		if len(link) > 15 {
			t.Errorf("%s has %d characters", link, len(link))
		}
		if other, ok := seen[f.bridge()]; ok {
			t.Errorf("%s and %s share the bridge %s", name, other, f.bridge())
		}
		seen[f.bridge()] = name
	}
}

func TestNextAddress(t *testing.T) {
	network := netip.MustParsePrefix("10.88.0.0/28")
	var hosts []Host
	for _, want := range []string{"10.88.0.11", "10.88.0.12", "10.88.0.13", "10.88.0.14"} {
		got, err := nextAddress(network, hosts)
		if err != nil || got.String() != want {
			t.Fatalf("got %s, error %v; want %s", got, err, want)
		}
		hosts = append(hosts, Host{Address: got})
	}
	if got, err := nextAddress(network, hosts); err == nil {
		t.Errorf("got %s, though only the broadcast address is left", got)
	}
	if got, err := nextAddress(network, hosts[1:]); err != nil || got != hosts[0].Address {
		t.Errorf("got %s, error %v; want the one that is free again", got, err)
	}
}

func TestCheckWithoutRoot(t *testing.T) {
	if err := Check(); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Seteuid(65534); err != nil {
		t.Fatal(err)
	}
	err := Check()
	if err := syscall.Seteuid(0); err != nil {
		t.Fatal(err)
	}
	if err == nil || !strings.Contains(err.Error(), "needs root") {
		t.Errorf("got error %v", err)
	}
}

func TestPidOf(t *testing.T) {
	cmd := exec.Command("sleep", "1000")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	end := func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	}
	defer end()
	file := filepath.Join(t.TempDir(), "pid")
	if err := os.WriteFile(file, []byte(strconv.Itoa(cmd.Process.Pid)+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	// A program that was just started has no arguments for a moment.
	deadline := time.Now().Add(10 * time.Second)
	for commandLine(cmd.Process.Pid) == nil && time.Now().Before(deadline) {
		runtime.Gosched()
	}
	if got := pidOf(file, "sleep", "1000"); got != cmd.Process.Pid {
		t.Errorf("got %d, want %d", got, cmd.Process.Pid)
	}
	if got := pidOf(file, "sleep", "10"); got != 0 {
		t.Errorf("got %d for a process that is another one", got)
	}
	end()
	if got := pidOf(file, "sleep", "1000"); got != 0 {
		t.Errorf("got %d for a process that is gone", got)
	}
	if got := pidOf(file+"x", "sleep"); got != 0 {
		t.Errorf("got %d without a file", got)
	}
}
