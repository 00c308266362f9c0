package graph

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"central/fleet"
)

// Operations that need no login, those that a token with a scope may ask for, and those that work while the one-time password
// is in force.
var (
	open   = map[ast.Operation][]string{ast.Mutation: {"logIn"}}
	scoped = map[fleet.Scope]map[ast.Operation][]string{
		fleet.ScopeSignUp: {ast.Mutation: {"signUp", "verifySignUp"}, ast.Subscription: {"signUpProgress"}},
	}
	oneTimeOnly = map[ast.Operation][]string{ast.Query: {"me"}, ast.Mutation: {"logIn", "logOut", "changePassword"}}
)

// gate lets an operation in only for somebody who is signed in, introspection included, and ends a
// subscription when that is no longer so. What a role may change is the store's to decide.
type gate struct {
	present graphql.ErrorPresenterFunc
	recheck time.Duration // how often a running subscription asks again
}

func (g gate) operation(ctx context.Context, next graphql.OperationHandler) graphql.ResponseHandler {
	op := graphql.GetOperationContext(ctx)
	client := ClientOf(ctx)
	actor, err := g.admit(ctx, client, op)
	if err != nil {
		return graphql.OneShot(g.refusal(ctx, err))
	}
	ctx = withActor(ctx, actor)
	if op.Operation.Operation != ast.Subscription {
		return next(ctx)
	}
	if running := client.Subscriptions; running != nil {
		if running.Add(1) > maxSubscriptions {
			running.Add(-1)
			return graphql.OneShot(g.refusal(ctx, fleet.Errorf(fleet.CodeRateLimited, "This connection follows %d things already.", maxSubscriptions)))
		}
		context.AfterFunc(ctx, func() { running.Add(-1) })
	}
	return g.watched(ctx, client, op, next)
}

// admit says who asks for op, or why it is refused.
func (g gate) admit(ctx context.Context, client Client, op *graphql.OperationContext) (fleet.Actor, error) {
	actor, err := client.Actor(ctx)
	if fleet.ErrorCode(err) == fleet.CodeUnauthenticated && only(op, open) {
		actor, err = fleet.Actor{}, nil
	} else if err == nil && !only(op, scoped[actor.Scope]) {
		err = actor.Require(fleet.RoleViewer)
		if fleet.ErrorCode(err) == fleet.CodePasswordChange && only(op, oneTimeOnly) {
			err = nil
		}
	}
	switch kind := op.Operation.Operation; {
	case err != nil:
		return actor, err
	case kind == ast.Subscription && !client.Streaming:
		return actor, fleet.Errorf(fleet.CodeInvalid, "Subscriptions are streams: use graphql-transport-ws, or send Accept: text/event-stream.")
	case kind == ast.Mutation && client.Streaming:
		return actor, fleet.Errorf(fleet.CodeInvalid, "Send mutations in a plain POST request, not over a stream.")
	}
	return actor, nil
}

// watched runs a subscription as long as its client is who it was allowed to be.
func (g gate) watched(ctx context.Context, client Client, op *graphql.OperationContext, next graphql.OperationHandler) graphql.ResponseHandler {
	ctx, cancel := context.WithCancelCause(ctx)
	go func() {
		ticker := time.NewTicker(g.recheck)
		defer ticker.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-ticker.C:
				if _, err := g.admit(ctx, client, op); err != nil {
					cancel(refused{err})
				}
			}
		}
	}()
	responses := next(ctx)
	var goodbye sync.Once
	return func(responseCtx context.Context) *graphql.Response {
		response := responses(responseCtx)
		if response != nil {
			return response
		}
		var why refused
		if errors.As(context.Cause(ctx), &why) {
			goodbye.Do(func() { response = g.refusal(ctx, why.error) })
		}
		cancel(nil)
		return response
	}
}

// refused is why a running subscription was ended.
type refused struct{ error }

func (r refused) Unwrap() error { return r.error }

func (g gate) refusal(ctx context.Context, err error) *graphql.Response {
	return &graphql.Response{Errors: gqlerror.List{g.present(ctx, err)}}
}

// only says whether all root fields of op are among those named, whatever fragments they come in.
func only(op *graphql.OperationContext, named map[ast.Operation][]string) bool {
	fields := rootFields(op.Operation.SelectionSet)
	if len(fields) == 0 {
		return false
	}
	for _, field := range fields {
		if !slices.Contains(named[op.Operation.Operation], field) {
			return false
		}
	}
	return true
}

func rootFields(set ast.SelectionSet) []string {
	var names []string
	for _, selection := range set {
		switch s := selection.(type) {
		case *ast.Field:
			if s.Name != "__typename" {
				names = append(names, s.Name)
			}
		case *ast.InlineFragment:
			names = append(names, rootFields(s.SelectionSet)...)
		case *ast.FragmentSpread:
			names = append(names, rootFields(s.Definition.SelectionSet)...)
		}
	}
	return names
}
