package stage

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"strings"
	"testing"

	"central/fleet"
	"central/runner"
)

// Get asks for a page of a site, as a visitor without cookies.
func (s *Stage) Get(ctx context.Context, site, path string) (int, string, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+s.Front+path, nil)
	if err != nil {
		return 0, "", err
	}
	request.Host = site
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return 0, "", err
	}
	text, err := io.ReadAll(response.Body)
	return response.StatusCode, string(text), errors.Join(err, response.Body.Close())
}

// SignIn is a link that signs in to a site as its Administrator.
func (s *Stage) SignIn(site fleet.Site) string {
	s.T.Helper()
	login, err := s.Store.SignInToSite(s.T.Context(), Admin, fleet.SignInToSite{SiteID: site.ID, Reason: "to see it"},
		func(ctx context.Context, site fleet.Site) (string, error) {
			return runner.AllowLogin(ctx, s.Store, s.pool, site, fleet.LoginLinkLasts)
		})
	Must(s.T, err)
	return login.URL
}

// Browser keeps the cookies that sites give it and follows where they send it. Every name leads to the front.
type Browser struct {
	t      *testing.T
	client http.Client
}

// Browser is a new one, that nobody has signed in with.
func (s *Stage) Browser() *Browser {
	s.T.Helper()
	jar, err := cookiejar.New(nil)
	Must(s.T, err)
	front := net.JoinHostPort(s.Front, "80")
	return &Browser{t: s.T, client: http.Client{Jar: jar, Transport: &http.Transport{
		DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return (&net.Dialer{}).DialContext(ctx, network, front)
		},
		DisableKeepAlives: true,
	}}}
}

// Page is where a browser ended, and what it got there.
type Page struct {
	Status int
	Path   string
	Text   string
}

// Open goes to an address.
func (b *Browser) Open(url string) Page {
	b.t.Helper()
	request, err := http.NewRequestWithContext(b.t.Context(), http.MethodGet, url, nil)
	Must(b.t, err)
	request.Header.Set("Accept", "text/html,application/json;q=0.9")
	response, err := b.client.Do(request)
	Must(b.t, err)
	text, err := io.ReadAll(response.Body)
	Must(b.t, errors.Join(err, response.Body.Close()))
	return Page{Status: response.StatusCode, Path: strings.TrimSuffix(response.Request.URL.Path, "/"), Text: string(text)}
}
