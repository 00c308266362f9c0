package server

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"strings"

	"central/fleet"
	"central/store"
)

// maxPush is how large an announcement may be: hosts of repositories send the whole list of commits.
const maxPush = 25 << 20

// releases is POST /webhooks/releases/{app}: the host of an app's repository says that something was pushed, signed with
// the app's secret as `X-Hub-Signature-256: sha256=HEX`. Nothing that it says is believed: Central looks at the branch
// itself, so that an announcement that is sent again does no harm.
type releases struct {
	store *store.Store
	open  func(sealed []byte) ([]byte, error)
	log   *slog.Logger
}

// ServeHTTP implements http.Handler.
func (h *releases) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	app, sealed, err := h.store.AppWebhook(r.Context(), r.PathValue("app"))
	switch {
	case fleet.ErrorCode(err) == fleet.CodeNotFound:
		h.refuse(w, r, err) // as if the signature were wrong: nobody learns which apps there are
		return
	case err != nil:
		h.fail(w, app, err)
		return
	}
	secret, err := h.open(sealed)
	if err != nil {
		h.fail(w, app, err)
		return
	}
	var tooLarge *http.MaxBytesError
	switch err := checkHubSignature(r.Header.Get("X-Hub-Signature-256"), http.MaxBytesReader(w, r.Body, maxPush), secret); {
	case errors.As(err, &tooLarge):
		refuse(w, http.StatusRequestEntityTooLarge, fleet.Errorf(codeTooLarge, "An announcement is larger than %d bytes.", maxPush))
		return
	case err != nil:
		h.refuse(w, r, err)
		return
	}
	if err := h.store.AnnounceReleases(r.Context(), app.ID); err != nil {
		h.fail(w, app, err)
		return
	}
	acknowledge(w, map[string]any{"app": app.Name, "branch": app.Branch})
}

func (h *releases) refuse(w http.ResponseWriter, r *http.Request, err error) {
	h.log.Warn("an announcement of releases was refused", "from", remoteAddress(r), "error", err)
	refuse(w, http.StatusUnauthorized, fleet.Errorf(fleet.CodeUnauthenticated, "The app has no webhook, or the signature is missing or wrong."))
}

func (h *releases) fail(w http.ResponseWriter, app fleet.App, err error) {
	h.log.Error("an announcement of releases was not taken", "app", app.Name, "error", err)
	refuse(w, http.StatusInternalServerError, fleet.Errorf(fleet.CodeInternal, "Central could not take the announcement; send it again."))
}

// checkHubSignature holds that header is "sha256=" and the HMAC-SHA256 of body with the secret.
func checkHubSignature(header string, body io.Reader, secret []byte) error {
	mac := hmac.New(sha256.New, secret)
	if _, err := io.Copy(mac, body); err != nil {
		return err
	}
	text, found := strings.CutPrefix(header, "sha256=")
	given, err := hex.DecodeString(text)
	if !found || err != nil || !hmac.Equal(given, mac.Sum(nil)) {
		return errors.New("the signature is missing or wrong")
	}
	return nil
}
