package practice

import (
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/alecthomas/kong"
)

func TestCommandIsKongs(t *testing.T) {
	key := filepath.Join(t.TempDir(), "key.pub")
	if err := os.WriteFile(key, []byte("# mine\nssh-ed25519 AAAA a\n\nssh-ed25519 BBBB b\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	var c Command
	parser, err := kong.New(&c)
	if err != nil {
		t.Fatal(err)
	}
	_, err = parser.Parse([]string{"up", "--name=test", "--network=10.89.0.0/24", "--hosts=m-01,p-01", "--authorized-key=" + key})
	if err != nil {
		t.Fatal(err)
	}
	if c.Up.Name != "test" || c.Up.Network != netip.MustParsePrefix("10.89.0.0/24") || !slices.Equal(c.Up.Hosts, []string{"m-01", "p-01"}) {
		t.Errorf("got %+v", c.Up)
	}
	keys, err := readKeys(c.Up.AuthorizedKey)
	if want := []string{"ssh-ed25519 AAAA a", "ssh-ed25519 BBBB b"}; err != nil || !slices.Equal(keys, want) {
		t.Errorf("got %q, error %v; want %q", keys, err, want)
	}
	if c.Up.CacheDir != DefaultCacheDir {
		t.Errorf("the cache is in %s, want %s", c.Up.CacheDir, DefaultCacheDir)
	}
}
