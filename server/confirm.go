package server

import (
	"crypto/rand"
	"errors"
	"html/template"
	"log/slog"
	"net/http"

	"central/fleet"
	"central/store"
)

// confirmation is /confirm, where the link of a sign-up leads to. Opening it changes nothing, for mail programs open links to
// look at them; its button confirms.
type confirmation struct {
	store *store.Store
	links fleet.SignUpLinks
	seal  func([]byte) ([]byte, error)
	log   *slog.Logger
}

// confirmPage is what the page shows.
type confirmPage struct {
	Token    string // to be confirmed; empty when there is nothing to confirm
	Fault    string // why it was not
	SiteName string // of a confirmed sign-up
	Sentence string
	Password string
}

var confirmTemplate = template.Must(template.New("confirm").Parse(`<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>Confirm your e-mail address</title>
<style>
:root { color-scheme: light dark }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 34rem; margin: 12vh auto; padding: 0 1.25rem; overflow-wrap: anywhere }
h1 { font-size: 1.4rem }
button { font: inherit; padding: .6rem 1.2rem; border: 0; border-radius: .5rem; background: #1c64d9; color: #fff; cursor: pointer }
code { font-size: 1.05rem }
</style>
{{if .SiteName}}
<h1>Thank you</h1>
<p>Your address is confirmed. {{.Sentence}}</p>
<p>Your site is <a href="https://{{.SiteName}}">{{.SiteName}}</a>. Sign in as <code>Administrator</code> with the password</p>
<p><code>{{.Password}}</code></p>
<p>It is shown this once: keep it now.</p>
{{else if .Token}}
<h1>Confirm your e-mail address</h1>
<p>Your site is prepared as soon as you have confirmed.</p>
<form method="post" action="/confirm"><input type="hidden" name="token" value="{{.Token}}"><button>Confirm</button></form>
{{else}}
<h1>This did not work</h1>
<p>{{.Fault}}</p>
{{end}}
</html>
`))

// ServeHTTP implements http.Handler.
func (c *confirmation) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Referrer-Policy", "no-referrer")
	switch r.Method {
	case http.MethodGet, http.MethodHead:
		c.show(w, http.StatusOK, confirmPage{Token: r.URL.Query().Get("token"), Fault: "There is nothing to confirm: open the link as it is in the message."})
	case http.MethodPost:
		r.Body = http.MaxBytesReader(w, r.Body, 4<<10)
		c.confirm(w, r)
	default:
		w.Header().Set("Allow", "GET, HEAD, POST")
		w.WriteHeader(http.StatusMethodNotAllowed)
	}
}

func (c *confirmation) confirm(w http.ResponseWriter, r *http.Request) {
	password := rand.Text()
	sealed, err := c.seal([]byte(password))
	if err != nil {
		c.fail(w, err)
		return
	}
	actor := fleet.Actor{Name: "confirmation page", Role: fleet.RoleNone, Scope: fleet.ScopeSignUp, RemoteAddress: remoteAddress(r)}
	signUp, err := c.store.VerifySignUp(r.Context(), actor, c.links, r.PostFormValue("token"), sealed)
	if err != nil {
		c.fail(w, err)
		return
	}
	c.show(w, http.StatusOK, confirmPage{SiteName: signUp.SiteName, Sentence: signUp.Sentence(), Password: password})
}

// fail says what a person can act on; anything else is logged.
func (c *confirmation) fail(w http.ResponseWriter, err error) {
	var known *fleet.Error
	if errors.As(err, &known) {
		c.show(w, http.StatusUnprocessableEntity, confirmPage{Fault: known.Message})
		return
	}
	c.log.Error("an address was not confirmed", "error", err)
	c.show(w, http.StatusInternalServerError, confirmPage{Fault: "Something is wrong on our side. Try again in a few minutes."})
}

func (c *confirmation) show(w http.ResponseWriter, status int, page confirmPage) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	if err := confirmTemplate.Execute(w, page); err != nil {
		c.log.Debug("answer not sent", "error", err)
	}
}
