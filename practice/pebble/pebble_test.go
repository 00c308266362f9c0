package pebble

import (
	"context"
	"errors"
	"net"
	"net/http"
	"os/exec"
	"strings"
	"testing"
)

func TestAuthority(t *testing.T) {
	bin, err := exec.Command("../../scripts/pebble").Output()
	if err != nil {
		t.Fatal(err)
	}
	a, err := Start(t.Context(), strings.TrimSpace(string(bin)), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(a.LookAt(t.Context(), "192.0.2.1"), a.Move(t.Context(), "lost.example.com", "192.0.2.2")); err != nil {
		t.Fatal(err)
	}
	names := net.Resolver{PreferGo: true, Dial: func(ctx context.Context, network, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, network, a.DNS)
	}}
	for name, want := range map[string]string{"a.example.com": "192.0.2.1", "lost.example.com": "192.0.2.2"} {
		found, err := names.LookupHost(t.Context(), name)
		if err != nil || len(found) != 1 || found[0] != want {
			t.Errorf("%s is at %v, %v", name, found, err)
		}
	}
	response, err := local().Get(a.Directory)
	if err != nil {
		t.Fatal(err)
	}
	if err := response.Body.Close(); err != nil || response.StatusCode != http.StatusOK {
		t.Errorf("the directory answers %s, %v", response.Status, err)
	}
	if err := a.Stop(); err != nil {
		t.Error(err)
	}
	if _, err := local().Get(a.Directory); err == nil {
		t.Error("it still answers")
	}
}
