package server

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/99designs/gqlgen/graphql/handler"
	"github.com/99designs/gqlgen/graphql/handler/transport"

	"central/fleet"
	"central/graph"
	"central/store"
)

// subprotocol is the only one that is spoken; gqlgen also knows its predecessor, which says "graphql-ws".
const subprotocol = "graphql-transport-ws"

// closeUnauthenticated is the code that the protocol gives to "Unauthorized".
const closeUnauthenticated = 4401

// initTime is how long a new websocket may take to send its connection_init.
const initTime = 10 * time.Second

// transports teaches h what it is reached by. Streams that are silent are pinged every keepAlive; a
// websocket that does not answer two pings is closed.
func transports(h *handler.Server, s *store.Store, keepAlive time.Duration) *handler.Server {
	h.AddTransport(transport.Websocket{
		Implementation:   websockets{},
		InitFunc:         connectionInit(s),
		InitTimeout:      initTime,
		PingPongInterval: keepAlive,
	})
	h.AddTransport(events{transport.SSE{KeepAlivePingInterval: keepAlive}})
	h.AddTransport(transport.POST{})
	return h
}

// websockets accepts connections of this host's own pages, and of what is no browser.
type websockets struct {
	transport.CoderWebsocketImplementation
}

// Accept implements transport.WebsocketImplementation.
func (ws websockets) Accept(w http.ResponseWriter, r *http.Request, options transport.WebsocketAcceptOptions) (transport.WebsocketConn, error) {
	options.Subprotocols = []string{subprotocol}
	return ws.CoderWebsocketImplementation.Accept(w, r, options)
}

// connectionInit lets a websocket in for somebody who is signed in or sends a token: with its request, or
// as "Authorization" in the payload of connection_init. Others are closed with 4401.
func connectionInit(s *store.Store) transport.WebsocketInitFunc {
	return func(ctx context.Context, payload transport.InitPayload) (context.Context, *transport.InitPayload, error) {
		client := graph.ClientOf(ctx)
		client.Subscriptions = new(atomic.Int32)
		if header := payload.Authorization(); header != "" {
			secret, err := bearerOf(header)
			if err != nil {
				return closedWith(ctx, err)
			}
			client.Actor = func(ctx context.Context) (fleet.Actor, error) {
				return s.ActorOfToken(ctx, secret, client.RemoteAddress)
			}
		}
		actor, err := client.Actor(ctx)
		if err == nil && actor.Scope == "" { // what a token with a scope may follow is decided with each operation
			err = actor.Require(fleet.RoleViewer)
		}
		if err != nil {
			return closedWith(ctx, err)
		}
		return graph.WithClient(ctx, client), nil, nil
	}
}

func closedWith(ctx context.Context, err error) (context.Context, *transport.InitPayload, error) {
	reason := "Something is wrong inside Central."
	var e *fleet.Error
	if errors.As(err, &e) {
		reason = e.Message
	}
	ctx = transport.AppendCloseReason(ctx, reason)
	return transport.WithWebsocketCloseCode(ctx, closeUnauthenticated), nil, err
}

func speaksOurs(r *http.Request) bool {
	for _, offered := range r.Header.Values("Sec-Websocket-Protocol") {
		for name := range strings.SplitSeq(offered, ",") {
			if strings.TrimSpace(name) == subprotocol {
				return true
			}
		}
	}
	return false
}

// events are server-sent events for those who ask for nothing else.
type events struct{ transport.SSE }

// Supports implements graphql.Transport.
func (events) Supports(r *http.Request) bool { return wantsEvents(r) }

// streamWriter is the answer that a stream is written to. It takes nothing more once its context has
// ended, so that a stream cut short does not say that it is complete, nor once its handler has returned,
// when a last ping may still come.
type streamWriter struct {
	http.ResponseWriter
	ctx   context.Context
	mu    sync.Mutex
	ended bool
}

// Write implements io.Writer.
func (s *streamWriter) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ended || s.ctx.Err() != nil {
		return 0, http.ErrHandlerTimeout
	}
	return s.ResponseWriter.Write(p)
}

// Flush implements http.Flusher.
func (s *streamWriter) Flush() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if flusher, ok := s.ResponseWriter.(http.Flusher); ok && !s.ended {
		flusher.Flush()
	}
}

// Unwrap lets a websocket take the connection over.
func (s *streamWriter) Unwrap() http.ResponseWriter { return s.ResponseWriter }

func (s *streamWriter) end() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ended = true
}
