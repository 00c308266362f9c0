package graph

import (
	"context"

	"central/fleet"
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

// probed is a new server with its host key. Nothing is connected to for those who may not add servers, nor
// with input that can never work.
func (r *Resolver) probed(ctx context.Context, input fleet.NewServer) (fleet.NewServer, error) {
	err := actorOf(ctx).Require(fleet.RoleAdmin)
	if err == nil {
		err = input.Validate()
	}
	if err == nil {
		input.HostKey, err = r.Probe(ctx, input)
	}
	return input, err
}
