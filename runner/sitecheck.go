package runner

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/http"
	"slices"
	"strconv"
	"time"

	"central/fleet"
	"central/store"
)

// claimChecks claims sites as long as there is a proxy to ask for them.
func (w *Watcher) claimChecks(ctx context.Context, n int) ([]store.SiteCheckClaim, error) {
	servers, err := w.Store.Servers(ctx)
	if err != nil {
		return nil, err
	}
	proxies := slices.DeleteFunc(servers, func(s fleet.Server) bool { return s.Role != fleet.RoleProxy || s.Status != fleet.ServerReady })
	w.proxies.Store(&proxies)
	if len(proxies) == 0 {
		return nil, nil
	}
	return w.Store.ClaimSiteChecks(ctx, n, w.CheckEvery)
}

// check asks for one site as its visitors do, through the proxies in turn. A proxy that cannot be reached says nothing
// about the site, so the next one is asked; with none of them nothing is saved.
func (w *Watcher) check(ctx context.Context, claim store.SiteCheckClaim) (store.SiteCheckResult, bool) {
	result := store.SiteCheckResult{SiteCheckClaim: claim, At: time.Now().UTC()}
	proxies := *w.proxies.Load()
	turn := int(w.turn.Add(1) % uint64(len(proxies)))
	for i := range proxies {
		status, reached := w.ask(ctx, proxies[(turn+i)%len(proxies)].Address, claim.Name)
		if reached {
			result.Status = status
			return result, ctx.Err() == nil
		}
	}
	return result, false
}

// errElsewhere ends redirections that lead to another host than the one that was asked for.
var errElsewhere = errors.New("redirected to another host")

// ask asks a proxy for a site. The status is 0 when no answer came; reached says whether the proxy took the request.
func (w *Watcher) ask(ctx context.Context, proxy, host string) (status int, reached bool) {
	ctx, done := context.WithTimeout(ctx, w.CheckPatience)
	defer done()
	transport := &http.Transport{
		// Whatever the address says, the request goes to the proxy.
		DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			port := w.HTTPPort
			if _, asked, err := net.SplitHostPort(address); err == nil && asked == "443" {
				port = w.HTTPSPort
			}
			return (&net.Dialer{}).DialContext(ctx, network, net.JoinHostPort(proxy, strconv.Itoa(port)))
		},
		// Certificates are watched by themselves: one that is about to be replaced must not make a site look down.
		TLSClientConfig:   &tls.Config{InsecureSkipVerify: true, ServerName: host, MinVersion: tls.VersionTLS12},
		DisableKeepAlives: true, ForceAttemptHTTP2: false, MaxResponseHeaderBytes: 64 << 10,
	}
	client := &http.Client{
		Transport: transport,
		CheckRedirect: func(next *http.Request, before []*http.Request) error {
			if next.URL.Hostname() != host || len(before) > 3 {
				return errElsewhere
			}
			return nil
		},
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+host+"/api/method/ping", nil)
	if err != nil {
		return 0, true
	}
	request.Header.Set("Accept", "application/json")
	request.Header.Set("User-Agent", "Central")
	response, err := client.Do(request)
	if err != nil {
		var dial *net.OpError
		return 0, !errors.As(err, &dial) || dial.Op != "dial"
	}
	_ = response.Body.Close()
	return response.StatusCode, true
}
