package runner

import (
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"sync/atomic"
	"testing"

	"central/fleet"
	"central/store"
)

// proxyAt serves as a proxy on the loopback address and tells its port.
func proxyAt(t *testing.T, handle http.HandlerFunc) int {
	t.Helper()
	web := httptest.NewServer(handle)
	t.Cleanup(web.Close)
	return web.Listener.Addr().(*net.TCPAddr).Port
}

func TestWatcher_Check(t *testing.T) {
	claim := store.SiteCheckClaim{SiteID: 1, Name: "acme.example.com"}
	check := func(t *testing.T, port int, addresses ...string) (store.SiteCheckResult, bool) {
		w := NewWatcher(WatcherConfig{Log: slog.New(slog.DiscardHandler), HTTPPort: port, HTTPSPort: port})
		proxies := []fleet.Server{}
		for _, address := range addresses {
			proxies = append(proxies, fleet.Server{Address: address})
		}
		w.proxies.Store(&proxies)
		return w.check(t.Context(), claim)
	}

	t.Run("AsksForItsHost", func(t *testing.T) {
		var host, path atomic.Value
		port := proxyAt(t, func(_ http.ResponseWriter, r *http.Request) {
			host.Store(r.Host)
			path.Store(r.URL.Path)
		})
		result, ok := check(t, port, "127.0.0.1")
		if !ok || result.Status != 200 || host.Load() != "acme.example.com" || path.Load() != "/api/method/ping" {
			t.Errorf("%v, %v: asked for %v of %v", result, ok, path.Load(), host.Load())
		}
	})

	t.Run("TellsTheStatus", func(t *testing.T) {
		port := proxyAt(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadGateway) })
		if result, ok := check(t, port, "127.0.0.1"); !ok || result.Status != 502 {
			t.Errorf("%v, %v", result, ok)
		}
	})

	t.Run("FollowsToTheSameHostOnly", func(t *testing.T) {
		port := proxyAt(t, func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/api/method/ping" {
				http.Redirect(w, r, "http://acme.example.com/elsewhere", http.StatusPermanentRedirect)
			}
		})
		if result, ok := check(t, port, "127.0.0.1"); !ok || result.Status != 200 {
			t.Errorf("%v, %v", result, ok)
		}
		port = proxyAt(t, func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "http://login.example.net/", http.StatusFound)
		})
		if result, ok := check(t, port, "127.0.0.1"); !ok || result.Status != 0 {
			t.Errorf("%v, %v", result, ok)
		}
	})

	t.Run("NoAnswerIsTheSites", func(t *testing.T) {
		port := proxyAt(t, func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
		if result, ok := check(t, port, "127.0.0.1"); !ok || result.Status != 0 {
			t.Errorf("%v, %v", result, ok)
		}
	})

	t.Run("ProxyThatIsAwaySaysNothing", func(t *testing.T) {
		port := proxyAt(t, func(http.ResponseWriter, *http.Request) {})
		for range 2 { // whichever is asked first
			if result, ok := check(t, port, "127.0.0.2", "127.0.0.1"); !ok || result.Status != 200 {
				t.Errorf("%v, %v", result, ok)
			}
		}
		if result, ok := check(t, port, "127.0.0.2"); ok {
			t.Errorf("without any proxy: %v", result)
		}
	})
}

func TestWatcher_RedirectsToHTTPSOfTheProxy(t *testing.T) {
	secure := httptest.NewTLSServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	t.Cleanup(secure.Close)
	plain := proxyAt(t, func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "https://"+r.Host+r.URL.Path, http.StatusPermanentRedirect)
	})
	_, port, _ := net.SplitHostPort(secure.Listener.Addr().String())
	securePort, _ := strconv.Atoi(port)
	w := NewWatcher(WatcherConfig{HTTPPort: plain, HTTPSPort: securePort})
	if status, reached := w.ask(t.Context(), "127.0.0.1", "acme.example.com"); status != 200 || !reached {
		t.Errorf("got %d, %v", status, reached)
	}
}
