// Package server is Central's HTTP side: the GraphQL endpoint with its sessions and streams, the built
// frontend, and what machines ask: health and metrics.
package server

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"

	"central/graph"
	"central/store"
)

// How long requests that are under way may take to finish when the server stops.
const drainTime = 10 * time.Second

// Config is what a Server needs.
type Config struct {
	Store *store.Store
	// Resolver answers GraphQL; its Sessions are set here.
	Resolver graph.Resolver
	Log      *slog.Logger
	// PaymentsSecret is what the payment provider signs its reports with; none are taken when it is empty.
	PaymentsSecret []byte
	// Open decrypts a secret of the database.
	Open func(sealed []byte) ([]byte, error)
	// Secure marks cookies for https only. Set it when TLS ends here or in front of this server.
	Secure bool
	// Recheck is how often a running subscription asks whether its client may still see it; 2 s when zero.
	Recheck time.Duration
	// KeepAlive is how often a silent stream is pinged; 15 s when zero.
	KeepAlive time.Duration
}

// Server serves Central over HTTP. Make it with New.
type Server struct {
	handler http.Handler
	log     *slog.Logger
	stop    context.CancelFunc // ends all streams
	streams sync.WaitGroup     // websockets and server-sent events under way
}

// New makes a server. It errs when the embedded frontend cannot be read.
func New(cfg Config) (*Server, error) {
	if cfg.Recheck == 0 {
		cfg.Recheck = 2 * time.Second
	}
	if cfg.KeepAlive == 0 {
		cfg.KeepAlive = 15 * time.Second
	}
	stopping, stop := context.WithCancel(context.Background())
	s := &Server{log: cfg.Log, stop: stop}

	sessions := newSessions(cfg.Store, cfg.Secure)
	resolver := cfg.Resolver
	resolver.Store, resolver.Sessions = cfg.Store, sessions
	metrics := newMetrics(cfg.Store)
	api := &endpoint{
		store: cfg.Store, sessions: sessions, metrics: metrics, stopping: stopping, streams: &s.streams,
		graph: transports(graph.NewHandler(&resolver, cfg.Log, cfg.Recheck), cfg.Store, cfg.KeepAlive),
	}
	frontend, err := newFrontend(cfg.Log)
	if err != nil {
		stop()
		return nil, err
	}

	mux := http.NewServeMux()
	mux.Handle("/graphql", api)
	mux.Handle("POST /webhooks/payments", metrics.timed("payments", &payments{store: cfg.Store, secret: cfg.PaymentsSecret, log: cfg.Log}))
	mux.Handle("POST /webhooks/releases/{app}", metrics.timed("releases", &releases{store: cfg.Store, open: cfg.Open, log: cfg.Log}))
	mux.Handle("/confirm", metrics.timed("confirm", &confirmation{store: cfg.Store, links: cfg.Resolver.SignUpLinks, seal: cfg.Resolver.Seal, log: cfg.Log}))
	mux.HandleFunc("GET /healthz", healthy)
	mux.HandleFunc("GET /readyz", ready(cfg.Store))
	mux.Handle("GET /metrics", api.insidersOnly(metrics.handler()))
	mux.Handle("/", metrics.timed("frontend", frontend))
	s.handler = withHeaders(mux, cfg.Secure)
	return s, nil
}

// ServeHTTP implements http.Handler.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.handler.ServeHTTP(w, r) }

// Serve answers on l until ctx ends. Then it takes no new requests, ends all streams, and gives what is
// under way ten seconds.
func (s *Server) Serve(ctx context.Context, l net.Listener) error {
	h := &http.Server{
		Handler:           s,
		ReadHeaderTimeout: 10 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    32 << 10,
		ErrorLog:          slog.NewLogLogger(s.log.Handler(), slog.LevelWarn),
	}
	served := make(chan error, 1)
	go func() { served <- h.Serve(l) }()
	select {
	case err := <-served:
		return err
	case <-ctx.Done():
	}
	s.stop()
	drain, cancel := context.WithTimeout(context.WithoutCancel(ctx), drainTime)
	defer cancel()
	if err := h.Shutdown(drain); err != nil {
		return errors.Join(err, h.Close())
	}
	return s.streamsEnded(drain)
}

// streamsEnded waits for the websockets, which http.Server does not know any more.
func (s *Server) streamsEnded(ctx context.Context) error {
	ended := make(chan struct{})
	go func() {
		s.streams.Wait()
		close(ended)
	}()
	select {
	case <-ended:
		return nil
	case <-ctx.Done():
		return errors.New("some websockets did not close in time")
	}
}
