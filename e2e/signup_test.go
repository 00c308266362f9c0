package e2e

import (
	"cmp"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"
)

// signUpGetsAStandbySite goes the way of somebody who signs up: the website's form, the link in the message, its button, and
// the site that stood ready, under the name that they chose and with a password of their own. Then it is seen what the site
// uses.
func signUpGetsAStandbySite(t *testing.T) {
	plan := ask[struct {
		CreatePlan struct{ Plan struct{ ID string } }
	}](t, `mutation { createPlan(input: {name: "Journey", price: {amount: 4900, currency: "EUR"}, trialDays: 14, graceDays: 7, limits: {sites: 2}}) { plan { id } } }`, nil).CreatePlan.Plan.ID
	ask[any](t, `mutation($p: ID!) { setStandbyPool(input: {planId: $p, size: 1}) { pool { id } } }`, map[string]any{"p": plan})
	until(t, 3*time.Minute, "a site stands ready", func() bool {
		pools := ask[struct {
			StandbyPools []struct {
				Ready  int
				Reason string
			}
		}](t, `{ standbyPools { ready reason } }`, nil).StandbyPools
		return len(pools) == 1 && pools[0].Ready == 1
	})
	token := ask[struct{ CreateSignUpToken struct{ Token string } }](t, `mutation { createSignUpToken(input: {name: "journey"}) { token } }`, nil).CreateSignUpToken.Token
	if got := signUpWith(t, token, `{"query": "{ sites(first: 1) { totalCount } }"}`); !strings.Contains(got, `"FORBIDDEN"`) {
		t.Errorf("the website may look at sites: %s", got)
	}
	form := `{"query": "mutation($in: SignUpInput!) { signUp(input: $in) { id state } }", "variables": {"in": {"idempotencyKey": "journey-1", "planId": "` + plan + `",
		"siteName": "signed.example.com", "name": "Ana", "email": "ana@customers.example", "clientAddress": "203.0.113.7"}}}`
	if got := signUpWith(t, token, form); !strings.Contains(got, `"UNVERIFIED"`) {
		t.Fatalf("signing up is answered with %s", got)
	}
	link := linkIn(t, "ana@customers.example")

	began := time.Now()
	password, err := confirm(link)
	if err != nil {
		t.Fatal(err)
	}
	again := time.NewTicker(50 * time.Millisecond)
	defer again.Stop()
	for answered := false; !answered; <-again.C {
		status, _ := visit(t, "signed.example.com", "/api/method/ping")
		if answered = status == http.StatusOK; !answered && time.Since(began) > time.Minute {
			t.Fatal("the site does not answer")
		}
	}
	t.Logf("the site answered %.1f s after the address was confirmed", time.Since(began).Seconds())
	state := func() (state string, site *struct {
		Name   string
		Server struct{ ID string }
		Usage  *struct {
			DatabaseBytes float64
			Users         *int
		}
	}) {
		answer := ask[struct {
			SignUps struct {
				Nodes []struct {
					State string
					Site  *struct {
						Name   string
						Server struct{ ID string }
						Usage  *struct {
							DatabaseBytes float64
							Users         *int
						}
					}
				}
			}
		}](t, `{ signUps(first: 1) { nodes { state site { name server { id } usage { databaseBytes users } } } } }`, nil)
		return answer.SignUps.Nodes[0].State, answer.SignUps.Nodes[0].Site
	}
	until(t, time.Minute, "the site is handed out", func() bool { now, _ := state(); return now == "READY" })
	if got := signIn(t, "signed.example.com", password); got != http.StatusOK {
		t.Errorf("signing in answers %d", got)
	}
	_, site := state()
	ask[any](t, `mutation($s: ID!) { collectUsage(input: {serverId: $s}) { server { id } } }`, map[string]any{"s": site.Server.ID})
	until(t, time.Minute, "it is known what the site uses", func() bool { _, site = state(); return site.Usage != nil })
	if site.Usage.DatabaseBytes < 1<<14 || site.Usage.Users == nil || *site.Usage.Users != 0 {
		t.Errorf("it uses %+v", site.Usage)
	}
	manySignUpAtOnce(t, plan, token)
	// Nothing is kept ready any more, and what stands ready is dropped.
	ask[any](t, `mutation($p: ID!) { setStandbyPool(input: {planId: $p, size: 0}) { pool { id } } }`, map[string]any{"p": plan})
	until(t, 3*time.Minute, "no site stands ready", func() bool {
		left := ask[struct{ Sites struct{ TotalCount int } }](t, `{ sites(filter: {standby: ONLY}) { totalCount } }`, nil)
		return left.Sites.TotalCount == 0
	})
}

// manySignUpAtOnce lets people confirm their addresses at the same moment. The oldest of the sites that stand ready cannot be handed
// out: it stays what it was, who would have got it gets another one, and nobody else waits for that.
func manySignUpAtOnce(t *testing.T, plan, token string) {
	const people = 4
	ask[any](t, `mutation($p: ID!, $size: Int!) { setStandbyPool(input: {planId: $p, size: $size}) { pool { id } } }`, map[string]any{"p": plan, "size": people + 1})
	standing := func() []site {
		return ask[struct{ Sites struct{ Nodes []site } }](t, `{ sites(filter: {standby: ONLY, statuses: [ACTIVE]}, first: 50) { nodes { id name server { name } } } }`, nil).Sites.Nodes
	}
	until(t, 5*time.Minute, "sites stand ready", func() bool { return len(standing()) == people+1 })
	oldest := slices.MinFunc(standing(), func(a, b site) int {
		return cmp.Or(len(a.ID)-len(b.ID), strings.Compare(a.ID, b.ID)) // numbers in order
	})
	database(t, oldest, "RENAME TABLE `__Auth` TO `__Auth away`")
	links := make([]string, people)
	for i := range links {
		form := fmt.Sprintf(`{"query": "mutation($in: SignUpInput!) { signUp(input: $in) { id state } }", "variables": {"in": {"idempotencyKey": "many-%d", "planId": "%s",
			"siteName": "many-%[1]d.example.com", "name": "Many", "email": "many-%[1]d@customers.example", "clientAddress": "203.0.113.%[1]d"}}}`, i+1, plan)
		if got := signUpWith(t, token, form); !strings.Contains(got, `"UNVERIFIED"`) {
			t.Fatalf("signing up is answered with %s", got)
		}
		links[i] = linkIn(t, fmt.Sprintf("many-%d@customers.example", i+1))
	}
	passwords := make([]string, people)
	var together errgroup.Group
	for i, link := range links {
		together.Go(func() (err error) {
			passwords[i], err = confirm(link)
			return err
		})
	}
	if err := together.Wait(); err != nil {
		t.Fatal(err)
	}
	type signUps struct {
		SignUps struct {
			Nodes []struct {
				SiteName, State, StateReason string
				Site                         *site
			}
		}
	}
	owners := map[string]string{}
	until(t, 2*time.Minute, "everybody has a site", func() bool {
		owners = map[string]string{}
		for _, s := range ask[signUps](t, `{ signUps(first: 4) { nodes { siteName state stateReason site { id name server { name } } } } }`, nil).SignUps.Nodes {
			if s.State != "READY" || s.Site.Name != s.SiteName {
				continue
			}
			owners[s.Site.ID] = s.SiteName
		}
		return len(owners) == people
	})
	if name := owners[oldest.ID]; name != "" {
		t.Errorf("%s got the site that cannot be handed out", name)
	}
	for i, password := range passwords {
		if got := signIn(t, fmt.Sprintf("many-%d.example.com", i+1), password); got != http.StatusOK {
			t.Errorf("signing in to number %d answers %d", i+1, got)
		}
	}
	if !slices.ContainsFunc(standing(), func(s site) bool { return s.Name == oldest.Name }) {
		t.Errorf("%s does not stand ready as before", oldest.Name)
	}
	if status, _ := visit(t, oldest.Name, "/api/method/ping"); status != http.StatusOK {
		t.Errorf("%s answers %d", oldest.Name, status)
	}
	database(t, oldest, "RENAME TABLE `__Auth away` TO `__Auth`")
}

// confirm presses the button behind a link, and returns the password that is shown.
func confirm(link string) (string, error) {
	page, token, _ := strings.Cut(link, "?token=")
	response, err := http.PostForm(page, url.Values{"token": {token}})
	if err != nil {
		return "", err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	password := regexp.MustCompile(`<p><code>([A-Z0-9]+)</code></p>`).FindSubmatch(text)
	if err == nil && password == nil {
		err = fmt.Errorf("confirming is answered with %d %s", response.StatusCode, text)
	}
	if err != nil {
		return "", err
	}
	return string(password[1]), nil
}

// signUpWith sends a request with the website's token and returns the answer.
func signUpWith(t *testing.T, token, body string) string {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://"+fleet.Listen+"/graphql", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Authorization", "Bearer "+token)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(answer)
}

var confirmLink = regexp.MustCompile(`http://[0-9.:]+/confirm\?token=[A-Za-z0-9._-]+`)

// linkIn waits for the message to somebody, and returns its link.
func linkIn(t *testing.T, to string) string {
	t.Helper()
	link := ""
	until(t, time.Minute, "a message came to "+to, func() bool {
		for _, message := range letters.Messages() {
			text := strings.NewReplacer("=\r\n", "", "=3D", "=").Replace(message.Text) // quoted-printable
			if found := confirmLink.FindString(text); message.To == to && found != "" {
				link = found
			}
		}
		return link != ""
	})
	return link
}
