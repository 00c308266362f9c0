package graph

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"strconv"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"central/fleet"
)

// presenter gives every error the form that clients rely on: one sentence, extensions.code, and
// extensions.field when an input field is at fault. What is no *fleet.Error and no fault of the query is
// logged under an id, and shown as INTERNAL with that id and nothing else.
func presenter(log *slog.Logger) graphql.ErrorPresenterFunc {
	return func(ctx context.Context, err error) *gqlerror.Error {
		var shown *gqlerror.Error
		if !errors.As(err, &shown) {
			shown = gqlerror.WrapPath(graphql.GetPath(ctx), err)
		}
		var domain *fleet.Error
		switch {
		case errors.As(err, &domain):
			return clientError(shown, domain)
		case shown.Extensions["code"] != nil: // gqlgen and the limits speak of the query itself
			if field := variableField(shown.Path); field != "" {
				shown.Extensions["field"] = field
			}
			return shown
		case malformed(err):
			message := "This value has not the form that the field needs: " + strings.TrimPrefix(shown.Message, "input: ")
			return clientError(shown, fleet.FieldErrorf(fleet.CodeInvalid, inputField(ctx, shown.Path), "%s", message))
		}
		id := rand.Text()[:10]
		level := slog.LevelError
		if errors.Is(err, context.Canceled) { // the client has gone
			level = slog.LevelDebug
		}
		log.Log(ctx, level, "request failed", "error", err, "id", id, "path", shown.Path.String())
		return clientError(shown, fleet.Errorf(fleet.CodeInternal, "Something is wrong inside Central; its log says what, under %s.", id))
	}
}

// clientError keeps where an error happened and takes what it says from e.
func clientError(at *gqlerror.Error, e *fleet.Error) *gqlerror.Error {
	shown := &gqlerror.Error{Message: e.Message, Path: at.Path, Locations: at.Locations, Extensions: map[string]any{"code": string(e.Code)}}
	if e.Field != "" {
		shown.Extensions["field"] = e.Field
	}
	return shown
}

// recovered turns a panic into an error whose text, with the stack, goes to the log.
func recovered(_ context.Context, p any) error {
	return fmt.Errorf("panic: %v\n%s", p, debug.Stack())
}

// malformed says whether err is of gqlgen's making, about an id or a number in the query.
func malformed(err error) bool {
	var number *strconv.NumError
	var integer *graphql.IntegerError
	return errors.As(err, &number) || errors.As(err, &integer)
}

// variableField is the input field that an error about a variable is for: "variable.input.siteIds" becomes
// "input.siteIds". It is empty for other errors.
func variableField(path ast.Path) string {
	if len(path) < 2 || path[0] != ast.PathName("variable") {
		return ""
	}
	return strings.ReplaceAll(strings.ReplaceAll(path[1:].String(), "[", "."), "]", "")
}

// inputField is what a path names below the field that is being resolved: its argument.
func inputField(ctx context.Context, path ast.Path) string {
	resolved := len(graphql.GetPath(ctx))
	if field := graphql.GetFieldContext(ctx); field != nil && field.Parent != nil {
		resolved = len(field.Path())
	}
	if len(path) <= resolved {
		return ""
	}
	return strings.ReplaceAll(strings.ReplaceAll(path[resolved:].String(), "[", "."), "]", "")
}
