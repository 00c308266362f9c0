package bench_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"central/fleet"
	"central/runner/bench"
)

func TestParseFacts(t *testing.T) {
	asked := time.Unix(1000, 0)
	got := bench.ParseFacts([]byte(`os=Debian GNU/Linux 12 (bookworm)
distribution=debian
version=12
architecture=x86_64
kernel=6.1.0-44-amd64
cpus=4
memory_kb=2048
container=yes
python=yes
reboot=yes
disk=100 40 /
disk=7 x /mnt/with a space
disk=broken
now=1011.5
`), asked, asked.Add(time.Second))
	want := fleet.ServerFacts{
		OS: "Debian GNU/Linux 12 (bookworm)", Distribution: "debian", Version: "12", Architecture: "x86_64", Kernel: "6.1.0-44-amd64",
		CPUs: 4, MemoryBytes: 2 << 20, Disks: []fleet.ServerDisk{{Mount: "/", SizeBytes: 100, FreeBytes: 40}, {Mount: "/mnt/with a space", SizeBytes: 7}},
		Container: true, Python: true, RebootNeeded: true, ClockOffset: 11,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestParseFactsOfAHostileMachine(t *testing.T) {
	text := "os=" + strings.Repeat("x", 5000) + "\xff\nmemory_kb=many\nnow=never\n" + strings.Repeat("disk=1 1 /\n", 1000)
	got := bench.ParseFacts([]byte(text), time.Now(), time.Now())
	if len(got.OS) > 100 || len(got.Disks) > 32 || got.MemoryBytes != 0 || got.ClockOffset != 0 {
		t.Errorf("got %d characters, %d disks, %+v", len(got.OS), len(got.Disks), got.ClockOffset)
	}
	if err := fleet.Blocking(fleet.Fit(bench.ParseFacts(nil, time.Now(), time.Now()), fleet.RoleProxy)); fleet.ErrorCode(err) != fleet.CodeUnsupported {
		t.Errorf("a machine that says nothing: %v", err)
	}
}

func TestLetInIsNoShellText(t *testing.T) {
	line, err := bench.LetIn("ssh-ed25519 AAAA'; id #").Exec()
	if err != nil || !strings.HasSuffix(line, ` let_in 'ssh-ed25519 AAAA'\''; id #'`) {
		t.Errorf("got %q, %v", line, err)
	}
}
