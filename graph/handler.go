package graph

import (
	"log/slog"
	"time"

	"github.com/99designs/gqlgen/graphql/handler"
	"github.com/99designs/gqlgen/graphql/handler/extension"
	"github.com/99designs/gqlgen/graphql/handler/lru"
	"github.com/vektah/gqlparser/v2/ast"

	"central/graph/generated"
)

// rememberedQueries is how many parsed and validated queries are kept.
const rememberedQueries = 500

// NewHandler is the API without transports, which the HTTP server adds. Every request needs a Client in
// its context. A running subscription asks every recheck whether its client may still see it.
func NewHandler(r *Resolver, log *slog.Logger, recheck time.Duration) *handler.Server {
	h := handler.New(generated.NewExecutableSchema(generated.Config{Resolvers: r, Complexity: complexity()}))
	present := presenter(log)
	h.SetErrorPresenter(present)
	h.SetRecoverFunc(recovered)
	h.SetQueryCache(lru.New[*ast.QueryDocument](rememberedQueries))
	h.SetParserTokenLimit(maxTokens)
	h.Use(extension.Introspection{})
	h.Use(limits{})
	h.Use(extension.FixedComplexityLimit(maxComplexity))
	h.AroundOperations(gate{present: present, recheck: recheck}.operation)
	h.AroundResponses(r.freshLoaders)
	return h
}
