// Package graph is the GraphQL API: one thin resolver file for each noun, which calls the store once and
// returns what it says. Login, limits, loaders and the form of errors are here, at the edge; permission,
// validation and audit are in the store.
package graph

import (
	"context"

	"central/fleet"
	"central/store"
)

//go:generate go tool gqlgen generate

// Resolver holds what resolvers need.
type Resolver struct {
	Store *store.Store
	// Probe connects to a new server and returns its host key in authorized_keys form. It errs when the
	// server cannot be reached, refuses Central's key, or has another fingerprint than the one given.
	Probe func(context.Context, fleet.NewServer) (hostKey string, err error)
	// Inspect looks at servers before a deploy to them is planned, all at once and for a few seconds at most,
	// and returns what stands in its way.
	Inspect func(context.Context, []fleet.Server) []fleet.ServerFinding
	// Fingerprint is what people compare of a host key: "SHA256:…".
	Fingerprint func(hostKey string) string
	// PublicKey is the line of Central's key for a server's authorized_keys.
	PublicKey string
	// Sessions remember who is signed in between requests.
	Sessions Sessions
}

// Sessions remember who is signed in between requests. The HTTP server implements it with a cookie.
type Sessions interface {
	// Begin starts a session of this person in the answer to the request of ctx, under a new token.
	Begin(ctx context.Context, actor fleet.Actor) error
	// End ends the session of the request of ctx, if there is one.
	End(ctx context.Context) error
	// EndAll ends every session of a person, wherever it was begun.
	EndAll(ctx context.Context, userID uint) error
}
