package runner

import (
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"central/fleet"
	"central/runner/proxy"
)

// TestProxies has two real proxies; its parts build on each other.
func TestProxies(t *testing.T) {
	s := newProxyStage(t)
	s.sites(t, "a.example.com", "b.example.com")
	runs(t, s.r)
	s.setUp(t)

	t.Run("AllHaveTheSameRoutes", func(t *testing.T) {
		for _, proxy := range s.proxies {
			got := s.get(t, proxy, "http", "a.example.com", "/", "text/html")
			if got.status != 200 || got.body != "site a.example.com by http" {
				t.Errorf("%s: %d %s", proxy.Name, got.status, got.body)
			}
		}
	})
	t.Run("StatusPages", func(t *testing.T) { s.statusPages(t) })
	t.Run("WrongEntryLeavesTheOthers", func(t *testing.T) { s.wrongEntry(t) })
	t.Run("FiveThousandHostsUnderLoad", func(t *testing.T) { s.manyHosts(t) })
	t.Run("ReloadsAtMostOnceASecond", func(t *testing.T) { s.burst(t) })
	t.Run("Certificates", func(t *testing.T) { s.certificates(t) })
	t.Run("Drift", func(t *testing.T) { s.drift(t) })
}

func (s *proxyStage) statusPages(t *testing.T) {
	proxy := s.proxies[0]
	s.setServing(t, "b.example.com", fleet.ServingSuspended)
	s.sites(t, "closed.example.com", "gone.example.com")
	s.setServing(t, "closed.example.com", fleet.ServingMaintenance)
	for _, test := range []struct {
		host, words string
		status      int
		retry       string
	}{
		{"nobody.example.com", "No such site", 404, ""},
		{"b.example.com", "suspended", 402, ""},
		{"closed.example.com", "maintained", 503, "120"},
	} {
		for accept, kind := range map[string]string{"text/html,*/*;q=0.8": "text/html", "application/json": "application/json", "*/*": "application/json"} {
			got := s.get(t, proxy, "http", test.host, "/api/method/ping", accept)
			if got.status != test.status || !strings.HasPrefix(got.header.Get("Content-Type"), kind) || !strings.Contains(got.body, test.words) ||
				got.header.Get("Retry-After") != test.retry || got.header.Get("Cache-Control") != "no-store" {
				t.Errorf("%s for %s: %d %v %s", test.host, accept, got.status, got.header, got.body)
			}
		}
	}
	t.Run("MasterAway", func(t *testing.T) {
		s.on(t, proxy, "nft add table inet away && nft 'add chain inet away out { type filter hook output priority 0; }' && nft add rule inet away out ip daddr "+s.master.Address+" tcp dport 80 reject with tcp reset")
		got := s.get(t, proxy, "http", "a.example.com", "/", "text/html")
		s.on(t, proxy, "nft delete table inet away")
		if got.status != 502 || !strings.Contains(got.body, "does not answer") || got.header.Get("Retry-After") != "30" {
			t.Errorf("got %d %v %s", got.status, got.header, got.body)
		}
	})
	s.setServing(t, "b.example.com", fleet.ServingOpen)
	if got := s.get(t, proxy, "http", "b.example.com", "/", "*/*"); got.status != 200 {
		t.Errorf("open again: %d", got.status)
	}
}

// wrongEntry has a route that Central refuses and one that only nginx refuses.
func (s *proxyStage) wrongEntry(t *testing.T) {
	s.sites(t, "bad;name.example.com", "late.example.com")
	s.sql(t, "INSERT INTO servers (name, address, port, user, role, status, status_reason, host_key, actions_at_once, labels, created_at, updated_at) VALUES ('odd', 'no address', 22, 'root', 'MASTER', 'READY', '', '', 1, '[]', NOW(6), NOW(6))")
	s.sql(t, "UPDATE sites SET server_id = (SELECT id FROM servers WHERE name = 'odd') WHERE name = 'gone.example.com'")
	s.setServing(t, "closed.example.com", fleet.ServingOpen)
	for _, proxy := range s.proxies {
		if got := s.get(t, proxy, "http", "late.example.com", "/", "*/*"); got.status != 200 {
			t.Errorf("%s: late.example.com answers %d", proxy.Name, got.status)
		}
		now, err := s.store.Server(t.Context(), proxy.ID)
		mustBe(t, err)
		if now.Status != fleet.ServerReady || !strings.Contains(now.StatusReason, "bad;name.example.com") || !strings.Contains(now.StatusReason, "gone.example.com") {
			t.Errorf("%s is %s: %s", now.Name, now.Status, now.StatusReason)
		}
	}
	said := strings.Join(s.lines(t, s.last(t, fleet.ActionRouteProxy, s.proxies[0]).ID), "\n")
	if !strings.Contains(said, `"bad;name.example.com" is left out`) {
		t.Errorf("it says %s", said)
	}
	bad := []fleet.Route{{Host: "a.example.com", Address: s.master.Address}, {Host: "x.example.com", Address: "two words"}, {Host: "late.example.com", Address: s.master.Address}}
	output, err := s.pool.Run(t.Context(), remoteHost(s.proxies[0]), proxy.InstallRoutes(bad))
	mustBe(t, err)
	installed, err := proxy.ParseInstalled(output.Stdout)
	mustBe(t, err)
	if installed.Routes != 2 || len(installed.Left) != 1 || installed.Left[0].Host != "x.example.com" || !strings.Contains(installed.Left[0].Why, "invalid number") {
		t.Errorf("nginx leaves out %+v of the map", installed)
	}
	s.sql(t, "DELETE FROM sites WHERE name IN ('bad;name.example.com', 'gone.example.com')")
}

// manyHosts installs 5,000 routes, again and again while visitors ask: none of their requests fails.
func (s *proxyStage) manyHosts(t *testing.T) {
	names := make([]string, 5000)
	for i := range names {
		names[i] = fmt.Sprintf("s%d.many.example.com", i)
	}
	s.sites(t, names...)
	const visitors, requests = 8, 400
	var failed, asked atomic.Int64
	var visiting sync.WaitGroup
	for v := range visitors {
		visiting.Go(func() {
			client := visitor(s.proxies[v%2], nil)
			for range requests {
				asked.Add(1)
				response, err := client.Get("http://a.example.com/")
				if err != nil {
					failed.Add(1)
					continue
				}
				_, err = io.Copy(io.Discard, response.Body)
				if response.Body.Close(); err != nil || response.StatusCode != http.StatusOK {
					failed.Add(1)
				}
			}
		})
	}
	over := make(chan struct{})
	go func() {
		visiting.Wait()
		close(over)
	}()
	reloads := 0
	for loaded := true; loaded; {
		select {
		case <-over:
			loaded = false
		default:
			s.setServing(t, "b.example.com", fleet.ServingSuspended)
			s.setServing(t, "b.example.com", fleet.ServingOpen)
			reloads += 2
		}
	}
	t.Logf("%d requests, %d of which failed, during %d changes of 5,000 routes", asked.Load(), failed.Load(), reloads)
	if failed.Load() > 0 || reloads < 2 {
		t.Errorf("%d of %d requests failed; %d changes", failed.Load(), asked.Load(), reloads)
	}
	for _, proxy := range s.proxies {
		if got := s.get(t, proxy, "http", "s4999.many.example.com", "/", "*/*"); got.body != "site s4999.many.example.com by http" {
			t.Errorf("%s: %d %s", proxy.Name, got.status, got.body)
		}
	}
}

// burst changes many sites as fast as Central takes it. Each nginx is reloaded at most once a second, and ends up with
// the last change.
func (s *proxyStage) burst(t *testing.T) {
	began := time.Now()
	page, err := s.store.Sites(t.Context(), fleet.Page{First: 40}, fleet.SiteFilter{Search: "many.example.com"}, fleet.SiteOrderBy{Field: fleet.SiteOrderName})
	mustBe(t, err)
	changes := 0
	for _, serving := range []fleet.SiteServing{fleet.ServingMaintenance, fleet.ServingOpen, fleet.ServingSuspended} {
		for _, site := range page.Nodes {
			_, _, err := s.store.SetServing(t.Context(), admin, site.ID, serving)
			mustBe(t, err)
			changes++
		}
	}
	s.settle(t)
	for _, proxy := range s.proxies {
		reloads := strings.Fields(s.on(t, proxy, fmt.Sprintf(
			"journalctl --quiet --unit=nginx --output=short-unix --since=@%d | sed -n 's/^\\([0-9.]*\\) .*: Reloaded nginx.*/\\1/p'", began.Unix())))
		t.Logf("%s: %d reloads for %d changes in %.1f s", proxy.Name, len(reloads), changes, time.Since(began).Seconds())
		if len(reloads) < 2 || len(reloads) >= changes {
			t.Errorf("%s was reloaded %d times for %d changes", proxy.Name, len(reloads), changes)
		}
		before := 0.0
		for _, word := range reloads {
			at, err := strconv.ParseFloat(word, 64)
			mustBe(t, err)
			if at-before < 0.95 { // what the log says of a moment comes a little after it
				t.Errorf("%s was reloaded %.2f s after the last time: %q", proxy.Name, at-before, reloads)
			}
			before = at
		}
		for _, site := range page.Nodes {
			if got := s.get(t, proxy, "http", site.Name, "/", "*/*"); got.status != http.StatusPaymentRequired {
				t.Errorf("%s: %s answers %d after the last change", proxy.Name, site.Name, got.status)
			}
		}
	}
}

// look has a proxy looked at, and what is found repaired.
func (s *proxyStage) look(t *testing.T, proxy fleet.Server) fleet.Server {
	t.Helper()
	s.sql(t, "UPDATE proxy_states SET next_check_at = NOW(6) - INTERVAL 1 HOUR WHERE server_id = ?", proxy.ID)
	s.r.checkProxies(t.Context())
	s.settle(t)
	now, err := s.store.Server(t.Context(), proxy.ID)
	mustBe(t, err)
	return now
}

// drift changes on a proxy what Central put there.
func (s *proxyStage) drift(t *testing.T) {
	proxy := s.proxies[0]
	look := func() fleet.Server { return s.look(t, proxy) }
	before := s.last(t, fleet.ActionRouteProxy, proxy)
	if now := look(); now.StatusReason != "" || s.last(t, fleet.ActionRouteProxy, proxy).ID != before.ID {
		t.Errorf("nothing was changed, but %q; %s", now.StatusReason, s.last(t, fleet.ActionRouteProxy, proxy).Title)
	}
	for name, change := range map[string]string{
		"was changed": "sed -i '/^a.example.com /d' /etc/nginx/central/hosts.map && systemctl reload nginx",
		"is missing":  "rm /etc/nginx/central/hosts.map",
	} {
		s.on(t, proxy, change)
		look()
		repair := s.last(t, fleet.ActionRouteProxy, proxy)
		if repair.Status != fleet.ActionSucceeded || !strings.Contains(repair.Title, name) || repair.ActorName != "central" {
			t.Errorf("%s: %s %s by %s", name, repair.Title, repair.Status, repair.ActorName)
		}
		if got := s.get(t, proxy, "http", "a.example.com", "/", "*/*"); got.status != 200 {
			t.Errorf("%s: it answers %d", name, got.status)
		}
	}
	s.on(t, proxy, "echo '# by hand' >>/etc/nginx/conf.d/central.conf; rm /etc/nginx/central/pages/unknown.html")
	want := "Not as it was set up: /etc/nginx/central/pages/unknown.html, /etc/nginx/conf.d/central.conf. Set it up again."
	if now := look(); now.StatusReason != want {
		t.Errorf("it says %s", cmp.Diff(want, now.StatusReason))
	}
	_, preview, err := s.store.ActOnServer(t.Context(), admin, fleet.ServerActionInput{ServerID: proxy.ID, Kind: fleet.ActionPreviewServer})
	mustBe(t, err)
	s.succeeds(t, preview.ID)
	_, action, err := s.store.SetUpServer(t.Context(), admin, proxy.ID, &preview.ID)
	mustBe(t, err)
	s.succeeds(t, action.ID)
	if now := look(); now.StatusReason != "" {
		t.Errorf("after it was set up again: %s", now.StatusReason)
	}
}
