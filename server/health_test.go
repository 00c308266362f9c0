package server_test

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"central/fleet"
	"central/server"
	"central/store/storetest"
)

func TestHealth(t *testing.T) {
	c := newCentral(t)
	for _, path := range []string{"/healthz", "/readyz"} {
		if r := c.stranger().send("GET", path, "", "", nil); r.Status != 200 {
			t.Errorf("%s: %d %s", path, r.Status, r.Body)
		}
	}
}

func TestNotReadyWithoutDatabase(t *testing.T) {
	s, err := storeThatIsClosed(t)
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]int{"/healthz": 200, "/readyz": 503} {
		r := httptest.NewRecorder()
		s.ServeHTTP(r, httptest.NewRequest("GET", path, nil))
		if r.Code != want {
			t.Errorf("%s: %d", path, r.Code)
		}
	}
}

func storeThatIsClosed(t *testing.T) (*server.Server, error) {
	t.Helper()
	closed := storetest.Open(t)
	s, err := server.New(server.Config{Store: closed, Log: slog.New(slog.DiscardHandler)})
	if err == nil {
		err = closed.Close()
	}
	return s, err
}

func TestMetricsAreForInsiders(t *testing.T) {
	c, _, _ := running(t)
	t.Run("the machine itself", func(t *testing.T) {
		r := c.stranger().send("GET", "/metrics", "", "", nil)
		for _, metric := range []string{`central_actions{status="RUNNING"} 1`, `central_actions{status="QUEUED"} 0`, "go_goroutines", "process_open_fds"} {
			if !strings.Contains(r.Body, metric) {
				t.Errorf("%s is missing: %d", metric, r.Status)
			}
		}
	})
	t.Run("through a proxy on the machine", func(t *testing.T) {
		if r := c.stranger().send("GET", "/metrics", "", "", http.Header{"X-Forwarded-For": {"192.0.2.1"}}); r.Status != 401 {
			t.Errorf("got %d", r.Status)
		}
	})
	t.Run("a token through a proxy", func(t *testing.T) {
		r := c.script(c.token(fleet.RoleViewer)).send("GET", "/metrics", "", "", http.Header{"X-Forwarded-For": {"192.0.2.1"}})
		if r.Status != 200 {
			t.Errorf("got %d", r.Status)
		}
	})
}
