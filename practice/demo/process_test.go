package demo

import (
	"context"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"testing"
)

// TestMain makes this test's own binary answer like Central when it is started as `central serve --listen ADDRESS`.
func TestMain(m *testing.M) {
	if len(os.Args) > 3 && os.Args[1] == "serve" {
		_ = http.ListenAndServe(os.Args[3], http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
		os.Exit(1)
	}
	os.Exit(m.Run())
}

func TestProcess_StartsTheNewestBinary(t *testing.T) {
	dir := t.TempDir()
	p := process{binary: filepath.Join(dir, "central"), dir: dir, listen: freeAddress(t)}
	build(t, p.binary)
	t.Cleanup(func() {
		if err := p.kill(context.Background()); err != nil {
			t.Error(err)
		}
	})
	first := started(t, p)
	if again := started(t, p); again != first {
		t.Errorf("the same binary was started again: %d, then %d", first, again)
	}
	build(t, p.binary)
	if newer := started(t, p); newer == first {
		t.Error("what runs is older than the binary")
	}
}

// A Central that was killed has let go of its address.
func TestProcess_StartsAgainAfterItsEnd(t *testing.T) {
	dir := t.TempDir()
	p := process{binary: filepath.Join(dir, "central"), dir: dir, listen: freeAddress(t)}
	build(t, p.binary)
	for i := range 30 {
		before := started(t, p)
		end := p.kill
		if i%2 == 1 {
			end = p.stop
		}
		if err := end(t.Context()); err != nil {
			t.Fatal(err)
		}
		listener, err := net.Listen("tcp", p.listen)
		if err != nil {
			t.Fatalf("after the end of %d: %v", before, err)
		}
		if err := listener.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if err := p.kill(t.Context()); err == nil {
		t.Error("what does not run was killed")
	}
}

func started(t *testing.T, p process) int {
	t.Helper()
	if err := p.start(t.Context()); err != nil {
		t.Fatal(err)
	}
	return p.pid()
}

// build puts this test's binary at a path as a build does: a new file in the place of the old one.
func build(t *testing.T, path string) {
	t.Helper()
	own, err := os.Open("/proc/self/exe")
	if err != nil {
		t.Fatal(err)
	}
	defer own.Close()
	built, err := os.OpenFile(path+".new", os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o755)
	if err != nil {
		t.Fatal(err)
	}
	if _, err = io.Copy(built, own); err == nil {
		err = built.Close()
	}
	if err == nil {
		err = os.Rename(path+".new", path)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func freeAddress(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	return listener.Addr().String()
}
