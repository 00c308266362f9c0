//go:build frappe

package frappe

import (
	"net/http"
	"strings"

	"central/e2e/stage"
	"central/fleet"
)

// signsIn follows a link of Central's: it opens the desk to the Administrator, once, and nobody is signed in without it.
func (s *host) signsIn(site fleet.Site) {
	s.T.Helper()
	link, browser := s.SignIn(site), s.Browser()
	if came := browser.Open(link); came.Status != http.StatusOK { // versions differ in where they lead then
		s.T.Errorf("the link leads to %s, which answers %d", came.Path, came.Status)
	}
	desk := "http://" + site.Name + "/app"
	if page := browser.Open(desk); page.Status != http.StatusOK || page.Path != "/app" || !strings.Contains(page.Text, "frappe.boot") {
		s.T.Errorf("the desk is at %s, which answers %d", page.Path, page.Status)
	}
	who := "http://" + site.Name + "/api/method/frappe.auth.get_logged_user"
	if user := browser.Open(who); user.Status != http.StatusOK || !strings.Contains(user.Text, `"Administrator"`) {
		s.T.Errorf("the link signs in %d %s", user.Status, user.Text)
	}
	other := s.Browser()
	other.Open(link)                                                                                 // version 14 says with 200 that it does not work, later ones with 403
	if page := other.Open(desk); page.Path == "/app" && strings.Contains(page.Text, "frappe.boot") { // version 16's login has one too
		s.T.Errorf("used again, the link opens %s", page.Path)
	}
	if user := other.Open(who); user.Status != http.StatusForbidden {
		s.T.Errorf("used again, the link signs in %d %s", user.Status, user.Text)
	}
}

// configures sets a key that the desk is told, and removes it.
func (s *host) configures(site fleet.Site) {
	s.T.Helper()
	browser := s.Browser()
	browser.Open(s.SignIn(site))
	limit := "7340033"
	for _, step := range []struct {
		value *string
		known bool
	}{{&limit, true}, {nil, false}} {
		_, action, err := s.Store.ConfigureSite(s.T.Context(), stage.Admin, fleet.ConfigureSite{
			SiteID: site.ID, Changes: []fleet.ConfigChange{{Name: "max_file_size", Value: step.value}},
		}, s.Vault.Seal)
		stage.Must(s.T, err)
		s.Ends(action, fleet.ActionSucceeded)
		desk := browser.Open("http://" + site.Name + "/app")
		if desk.Status != http.StatusOK || strings.Contains(desk.Text, limit) != step.known {
			s.T.Errorf("the desk answers %d; it is told the limit: %t, want %t", desk.Status, strings.Contains(desk.Text, limit), step.known)
		}
	}
}

// suspends has the proxy turn the visitors of one site away, while the other is served, and lets them in again.
func (s *host) suspends(site fleet.Site) {
	s.T.Helper()
	s.serving(site, fleet.ServingSuspended)
	s.answers(site.Name, http.StatusPaymentRequired)
	s.answers(two, http.StatusOK)
	if page := s.Browser().Open("http://" + site.Name + "/"); page.Status != http.StatusPaymentRequired || !strings.Contains(page.Text, "suspended") {
		s.T.Errorf("while it is suspended, %s answers %d %s", site.Name, page.Status, page.Text)
	}
	s.serving(site, fleet.ServingOpen)
	s.answers(site.Name, http.StatusOK)
}

func (s *host) serving(site fleet.Site, serving fleet.SiteServing) {
	s.T.Helper()
	_, routes, err := s.Store.SetServing(s.T.Context(), stage.Admin, site.ID, serving)
	stage.Must(s.T, err)
	for _, action := range routes {
		s.Ends(action, fleet.ActionSucceeded)
	}
}
