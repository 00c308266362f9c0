package server

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"mime"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"time"

	"central/fleet"
	"central/graph"
	"central/store"
)

// What a request may bring.
const (
	maxBody  = 1 << 20
	bodyTime = 30 * time.Second
)

// Codes of requests that never become GraphQL, besides fleet's.
const (
	codeMethod    fleet.Code = "METHOD_NOT_ALLOWED"
	codeMediaType fleet.Code = "UNSUPPORTED_MEDIA_TYPE"
	codeTooLarge  fleet.Code = "TOO_LARGE"
)

// endpoint is /graphql. It decides who asks and whether a browser was tricked into asking, and leaves the
// rest to package graph.
type endpoint struct {
	store    *store.Store
	sessions *sessions
	metrics  *metrics
	graph    http.Handler
	stopping context.Context // ends when the server stops
	streams  *sync.WaitGroup
}

// credentials are what a request proves its sender with: an API token, or a session's cookie.
type credentials struct {
	bearer string
	cookie string
}

// ServeHTTP implements http.Handler.
func (e *endpoint) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "no-store")
	if foreign(r) {
		refuse(w, http.StatusForbidden, fleet.Errorf(fleet.CodeForbidden, "Requests from pages of other sites are refused."))
		return
	}
	creds, err := credentialsOf(r)
	switch {
	case err != nil:
		refuse(w, http.StatusUnauthorized, err)
	case isWebsocket(r) && !speaksOurs(r):
		refuse(w, http.StatusBadRequest, fleet.Errorf(fleet.CodeInvalid, "Websockets speak %s here.", subprotocol))
	case isWebsocket(r):
		e.stream(w, r, creds, "websocket")
	case r.Method != http.MethodPost:
		w.Header().Set("Allow", http.MethodPost)
		refuse(w, http.StatusMethodNotAllowed, fleet.Errorf(codeMethod, "Send GraphQL by POST."))
	case mediaType(r) != "application/json":
		refuse(w, http.StatusUnsupportedMediaType, fleet.Errorf(codeMediaType, "Send application/json."))
	case creds.bearer == "" && creds.cookie != "" && r.Header.Get("X-Central") != "1":
		refuse(w, http.StatusForbidden, fleet.Errorf(fleet.CodeForbidden, "Requests with a cookie need the header X-Central: 1."))
	default:
		e.post(w, r, creds)
	}
}

func (e *endpoint) post(w http.ResponseWriter, r *http.Request, creds credentials) {
	if !readBody(w, r) {
		return
	}
	if wantsEvents(r) {
		e.stream(w, r, creds, "sse")
		return
	}
	a := &answer{w: w, token: creds.cookie}
	client := e.client(r, creds, a)
	ctx := graph.WithClient(withAnswer(r.Context(), a), client)
	e.metrics.timed("graphql", e.graph).ServeHTTP(w, r.WithContext(ctx))
}

// stream answers with a websocket or server-sent events, until the client goes or the server stops.
func (e *endpoint) stream(w http.ResponseWriter, r *http.Request, creds credentials, transport string) {
	e.streams.Add(1)
	defer e.streams.Done()
	open := e.metrics.streams.WithLabelValues(transport)
	open.Inc()
	defer open.Dec()
	ctx, cancel := context.WithCancel(r.Context())
	defer cancel()
	defer context.AfterFunc(e.stopping, cancel)()
	client := e.client(r, creds, nil)
	client.Streaming = true
	guarded := &streamWriter{ResponseWriter: w, ctx: ctx}
	defer guarded.end()
	e.graph.ServeHTTP(guarded, r.WithContext(graph.WithClient(ctx, client)))
}

// client says who sends r. a may renew the session's cookie; it is nil for streams.
func (e *endpoint) client(r *http.Request, creds credentials, a *answer) graph.Client {
	address := remoteAddress(r)
	return graph.Client{RemoteAddress: address, Actor: func(ctx context.Context) (fleet.Actor, error) {
		if creds.bearer != "" {
			return e.store.ActorOfToken(ctx, creds.bearer, address)
		}
		return e.sessions.actor(ctx, creds.cookie, address, a)
	}}
}

// insidersOnly lets the machine itself in, and whoever is signed in or has a token. A request that a proxy
// passes on comes from elsewhere, wherever that proxy runs.
func (e *endpoint) insidersOnly(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !isLocal(r) {
			creds, err := credentialsOf(r)
			if err == nil {
				var actor fleet.Actor
				if actor, err = e.client(r, creds, nil).Actor(r.Context()); err == nil {
					err = actor.Require(fleet.RoleViewer)
				}
			}
			if err != nil {
				http.Error(w, "sign in first, or send an API token", http.StatusUnauthorized)
				return
			}
		}
		next.ServeHTTP(w, r)
	})
}

// credentialsOf errs with CodeUnauthenticated for an Authorization header of another kind.
func credentialsOf(r *http.Request) (credentials, error) {
	var creds credentials
	if cookie, err := r.Cookie(sessionCookie); err == nil {
		creds.cookie = cookie.Value
	}
	if header := r.Header.Get("Authorization"); header != "" {
		bearer, err := bearerOf(header)
		if err != nil {
			return creds, err
		}
		creds.bearer = bearer
	}
	return creds, nil
}

func bearerOf(header string) (string, error) {
	scheme, secret, _ := strings.Cut(header, " ")
	if secret = strings.TrimSpace(secret); !strings.EqualFold(scheme, "Bearer") || secret == "" {
		return "", fleet.Errorf(fleet.CodeUnauthenticated, "Send an API token as Authorization: Bearer TOKEN.")
	}
	return secret, nil
}

// foreign says whether a page of another site made its visitor's browser send r.
func foreign(r *http.Request) bool {
	if r.Header.Get("Sec-Fetch-Site") == "cross-site" {
		return true
	}
	origin := r.Header.Get("Origin")
	if origin == "" {
		return false // no browser, or a page of ours
	}
	u, err := url.Parse(origin)
	return err != nil || !strings.EqualFold(u.Host, r.Host)
}

func isWebsocket(r *http.Request) bool {
	return strings.EqualFold(r.Header.Get("Upgrade"), "websocket")
}

func mediaType(r *http.Request) string {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil {
		return ""
	}
	return kind
}

// wantsEvents says whether the answer is to be a stream of events. Clients that take JSON too, as urql
// says of itself with every request, get JSON.
func wantsEvents(r *http.Request) bool {
	accept := r.Header.Get("Accept")
	return strings.Contains(accept, "text/event-stream") && !strings.Contains(accept, "json") && !strings.Contains(accept, "*/*")
}

// readBody reads the body of r and checks that it is one JSON object, so that nothing of a request that
// cannot be understood is echoed or logged. It answers the request itself and returns false otherwise.
func readBody(w http.ResponseWriter, r *http.Request) bool {
	control := http.NewResponseController(w)
	if err := control.SetReadDeadline(time.Now().Add(bodyTime)); err != nil && !errors.Is(err, http.ErrNotSupported) {
		refuse(w, http.StatusInternalServerError, err)
		return false
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		refuse(w, http.StatusRequestEntityTooLarge, fleet.Errorf(codeTooLarge, "The request is larger than %d bytes.", maxBody))
		return false
	}
	var request struct {
		Query         string         `json:"query"`
		OperationName string         `json:"operationName"`
		Variables     map[string]any `json:"variables"`
		Extensions    map[string]any `json:"extensions"`
	}
	if err == nil {
		err = json.Unmarshal(body, &request)
	}
	if err == nil && request.Query == "" {
		err = errors.New("no query")
	}
	if err != nil {
		refuse(w, http.StatusBadRequest, fleet.Errorf(fleet.CodeInvalid, `Send one JSON object: {"query": "…", "variables": {…}}.`))
		return false
	}
	if err := control.SetReadDeadline(time.Time{}); err != nil && !errors.Is(err, http.ErrNotSupported) {
		refuse(w, http.StatusInternalServerError, err)
		return false
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	return true
}

// remoteAddress is the IP address that r comes from.
func remoteAddress(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}

func isLocal(r *http.Request) bool {
	if r.Header.Get("X-Forwarded-For") != "" || r.Header.Get("Forwarded") != "" || r.Header.Get("X-Real-Ip") != "" {
		return false
	}
	asked, _, err := net.SplitHostPort(r.Host)
	if err != nil {
		asked = r.Host
	}
	return isLoopback(remoteAddress(r)) && (asked == "localhost" || isLoopback(strings.Trim(asked, "[]")))
}

func isLoopback(address string) bool {
	ip, err := netip.ParseAddr(address)
	return err == nil && ip.IsLoopback()
}

// refuse answers in the form of GraphQL errors.
func refuse(w http.ResponseWriter, status int, err error) {
	message := "Something is wrong inside Central."
	var e *fleet.Error
	if errors.As(err, &e) {
		message = e.Message
	}
	body, err := json.Marshal(map[string]any{"errors": []any{map[string]any{
		"message": message, "extensions": map[string]any{"code": fleet.ErrorCode(err)},
	}}})
	if err != nil {
		panic(err) // strings always encode
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	if _, err := w.Write(body); err != nil {
		slog.Debug("answer not sent", "error", err)
	}
}
