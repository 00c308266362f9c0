package graph

import (
	"context"

	"central/fleet"
	"central/graph/generated"
)

func pageOf(first int, after *string) fleet.Page {
	return fleet.Page{First: first, After: orZero(after)}
}

// orZero is what a pointer points to, the zero value for nil.
func orZero[T any](p *T) T {
	if p == nil {
		var zero T
		return zero
	}
	return *p
}

// orGone makes an object that does not exist null.
func orGone[T any](object T, err error) (*T, error) {
	if fleet.ErrorCode(err) == fleet.CodeNotFound {
		return nil, nil
	}
	return &object, err
}

// orderOf is by name unless something else is asked for.
func orderOf(by *fleet.SiteOrderBy) fleet.SiteOrderBy {
	if by == nil {
		return fleet.SiteOrderBy{Field: fleet.SiteOrderName}
	}
	return *by
}

// entered is a new server with its host key and facts. Nothing is connected to for those who may not add servers,
// nor with input that can never work, nor where a server of the fleet is.
func (r *Resolver) entered(ctx context.Context, input fleet.NewServer) (fleet.NewServer, error) {
	if err := r.Store.CheckNewServer(ctx, actorOf(ctx), &input); err != nil {
		return input, err
	}
	look, err := r.Enter(ctx, input.Entry())
	input.HostKey, input.Facts = look.HostKey, &look.Facts
	return input, err
}

// inspected is the input of a deploy with what a look at its servers found. Nothing is connected to for those
// who may not ask.
func (r *Resolver) inspected(ctx context.Context, needed fleet.Role, input fleet.DeployInput) (fleet.DeployInput, error) {
	if err := actorOf(ctx).Require(needed); err != nil {
		return input, err
	}
	servers, err := r.Store.ServersOfSites(ctx, input.SiteIDs)
	if err == nil {
		input.Findings = r.Inspect(ctx, servers)
	}
	return input, err
}

// shownKey is the host key that a server shows now. It errs with CodeHostKeyChanged unless that has the
// fingerprint given.
func (r *Resolver) shownKey(ctx context.Context, serverID uint, fingerprint string) (string, error) {
	if err := actorOf(ctx).Require(fleet.RoleAdmin); err != nil {
		return "", err
	}
	server, err := r.Store.Server(ctx, serverID)
	if err != nil {
		return "", fleet.AtField(err, "input.serverId")
	}
	if fingerprint == "" {
		return "", fleet.FieldErrorf(fleet.CodeInvalid, "input.hostKeyFingerprint", "Read the fingerprint on the server's own console and give it here.")
	}
	look, err := r.Enter(ctx, fleet.ServerEntry{Address: server.Address, Port: server.Port, User: server.User, HostKeyFingerprint: fingerprint})
	return look.HostKey, err
}

// onServer queues one of the limited set of actions on a server.
func (r *Resolver) onServer(ctx context.Context, kind fleet.ActionKind, input fleet.ServerActionInput) (generated.ServerActionPayload, error) {
	input.Kind = kind
	server, action, err := r.Store.ActOnServer(ctx, actorOf(ctx), input)
	return generated.ServerActionPayload{Server: server, Action: action}, err
}
