package graph

import (
	"context"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// What one request may cost. Pages are limited by the store.
const (
	maxQueryBytes = 20_000
	maxTokens     = 4_000 // also bounds what a query of nested fragments can grow to
	maxDepth      = 12    // the introspection of __schema and __type has a rule of its own
	maxSelections = 400   // fields, after fragments are put in
	maxSameField  = 15    // of one name in one selection, under aliases
	maxComplexity = 60_000

	maxSubscriptions = 100 // at the same time on one websocket
)

// costCode is the extensions.code of a request that asks for too much.
const costCode = "COMPLEXITY_LIMIT_EXCEEDED"

// limits refuses requests that cost too much before anything is asked of the store.
type limits struct{}

var _ interface {
	graphql.HandlerExtension
	graphql.OperationParameterMutator
	graphql.OperationContextMutator
} = limits{}

// ExtensionName implements graphql.HandlerExtension.
func (limits) ExtensionName() string { return "Limits" }

// Validate implements graphql.HandlerExtension.
func (limits) Validate(graphql.ExecutableSchema) error { return nil }

// MutateOperationParameters refuses a query that is too long to be parsed.
func (limits) MutateOperationParameters(_ context.Context, request *graphql.RawParams) *gqlerror.Error {
	if len(request.Query) > maxQueryBytes {
		return costs("The query is longer than %d bytes.", maxQueryBytes)
	}
	return nil
}

// MutateOperationContext refuses a query that is too deep, too wide, or repeats itself under aliases.
func (limits) MutateOperationContext(_ context.Context, op *graphql.OperationContext) *gqlerror.Error {
	m := measure{budget: maxSelections}
	m.selection(op.Operation.SelectionSet, 1, map[string]int{})
	return m.refusal
}

// measure walks a query with its fragments put in. gqlgen has refused fragments that contain themselves.
type measure struct {
	budget  int
	refusal *gqlerror.Error
}

func (m *measure) selection(set ast.SelectionSet, depth int, seen map[string]int) {
	for _, selection := range set {
		if m.refusal != nil {
			return
		}
		switch s := selection.(type) {
		case *ast.Field:
			m.field(s, depth, seen)
		case *ast.InlineFragment:
			m.selection(s.SelectionSet, depth, seen)
		case *ast.FragmentSpread:
			m.selection(s.Definition.SelectionSet, depth, seen)
		}
	}
}

func (m *measure) field(field *ast.Field, depth int, seen map[string]int) {
	m.budget--
	seen[field.Name]++
	introspection := strings.HasPrefix(field.Name, "__")
	switch {
	case m.budget < 0:
		m.refusal = costs("The query selects more than %d fields.", maxSelections)
	case depth > maxDepth && !introspection:
		m.refusal = costs("The query is nested deeper than %d levels.", maxDepth)
	case seen[field.Name] > maxSameField:
		m.refusal = costs("The query asks for %s more than %d times in one place.", field.Name, maxSameField)
	case introspection:
		m.selection(field.SelectionSet, -1000, map[string]int{})
	default:
		m.selection(field.SelectionSet, depth+1, map[string]int{})
	}
}

func costs(format string, args ...any) *gqlerror.Error {
	err := gqlerror.Errorf(format, args...)
	err.Extensions = map[string]any{"code": costCode}
	return err
}
