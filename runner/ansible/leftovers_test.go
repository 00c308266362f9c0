package ansible

import (
	"os"
	"path/filepath"
	"testing"
)

func TestLeftovers(t *testing.T) {
	parent := t.TempDir()
	killed, lock, err := makeLocked(parent)
	must(t, err)
	must(t, lock.Close())
	alive, lock, err := makeLocked(parent)
	must(t, err)
	defer func() { _ = lock.Close() }()
	other := filepath.Join(parent, "play-book")
	must(t, os.Mkdir(other, 0o700))

	removeLeftovers(parent)
	for dir, want := range map[string]bool{killed: false, alive: true, other: true} {
		if _, err := os.Stat(dir); (err == nil) != want {
			t.Errorf("%s: there %v, want %v", filepath.Base(dir), err == nil, want)
		}
	}
}
