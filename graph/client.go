package graph

import (
	"context"
	"sync/atomic"

	"central/fleet"
)

// Client is who sends a request, and how. The HTTP server puts one into the context of each.
type Client struct {
	// RemoteAddress is the IP address the request comes from.
	RemoteAddress string
	// Actor asks anew who the client is now: its session may have ended, its role may have changed. It
	// errs with CodeUnauthenticated for nobody. It is asked at the start of each operation, and again
	// and again while a subscription runs.
	Actor func(context.Context) (fleet.Actor, error)
	// Streaming says that the answer is a stream, which subscriptions need and mutations must not have.
	Streaming bool
	// Subscriptions counts those that run on one websocket; nil elsewhere.
	Subscriptions *atomic.Int32
}

type clientKey struct{}

// WithClient says who sends the requests of ctx.
func WithClient(ctx context.Context, client Client) context.Context {
	return context.WithValue(ctx, clientKey{}, client)
}

// ClientOf is who sends the requests of ctx; nobody when WithClient was not called.
func ClientOf(ctx context.Context) Client {
	client, ok := ctx.Value(clientKey{}).(Client)
	if !ok {
		client.Actor = func(context.Context) (fleet.Actor, error) {
			return fleet.Actor{}, fleet.Actor{}.Require(fleet.RoleViewer)
		}
	}
	return client
}

type actorKey struct{}

func withActor(ctx context.Context, actor fleet.Actor) context.Context {
	return context.WithValue(ctx, actorKey{}, actor)
}

// actorOf is who asked for the operation of ctx, as authorize found out; nobody for logIn.
func actorOf(ctx context.Context) fleet.Actor {
	actor, _ := ctx.Value(actorKey{}).(fleet.Actor)
	return actor
}
