package server_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"central/fleet"
	"central/store"
)

// mutationOf is the text of a mutation that takes one input, as $i, and asks for a selection of what it answers.
func mutationOf(name, selection string) string {
	return fmt.Sprintf("mutation($i: %s) { %s(input: $i) { %s } }", schema.Mutation.Fields.ForName(name).Arguments[0].Type, name, selection)
}

// call carries a mutation out, which has to succeed, and gives the selection of what it answers.
func (c *client) call(mutation string, input vars, selection string) any {
	c.t.Helper()
	return at(c.must(mutationOf(mutation, selection), vars{"i": input}), mutation)
}

// refuses holds that a mutation is refused with this code about this field, and has queued and recorded nothing.
func (c *client) refuses(t *testing.T, code fleet.Code, field, mutation string, input vars) {
	t.Helper()
	before := c.onRecord()
	wantFault(t, c.do(mutationOf(mutation, "__typename"), vars{"i": input}), code, field)
	if after := c.onRecord(); after != before {
		t.Errorf("%s was refused and wrote all the same: %s, before %s", mutation, after, before)
	}
}

// onRecord is how much was queued and recorded.
func (c *client) onRecord() string {
	c.t.Helper()
	return fmt.Sprint(c.must(`{ actions(first: 1) { totalCount } auditLog(first: 1) { totalCount } }`, nil))
}

// wantFault holds that an answer is one error with this code about this field.
func wantFault(t *testing.T, r result, code fleet.Code, field string) {
	t.Helper()
	if len(r.Errors) != 1 || r.code() != string(code) || r.Errors[0].Extensions.Field != field || r.Errors[0].Message == "" {
		t.Errorf("got %s, want %s about %q", r.Body, code, field)
	}
}

// wantJSON holds that decoded JSON is what a text says.
func wantJSON(t *testing.T, what string, got any, want string) {
	t.Helper()
	var decoded any
	if err := json.Unmarshal([]byte(want), &decoded); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(decoded, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

// audited holds that the newest audit entry is of this operation and subject, and gives its remainder.
func (c *client) audited(t *testing.T, operation, subject string) any {
	t.Helper()
	entry := at(c.must(`{ auditLog(first: 1) { nodes { operation subject actorName action { id kind status } } } }`, nil), "auditLog", "nodes", "0")
	if at(entry, "operation") != operation || at(entry, "subject") != subject {
		t.Errorf("the newest audit entry is %v, want %s of %s", entry, operation, subject)
	}
	return entry
}

// yard is a fleet on record whose runner is the test: benches bench-1 on m-01 and bench-2 on m-02, each with one site.
type yard struct {
	*central
	admin    *client
	operator *client
	sites    []string // ids of site-01-01.example.com and site-02-01.example.com
	benches  []string
	servers  []string
}

func newYard(t *testing.T) *yard {
	t.Helper()
	c := newCentral(t)
	y := &yard{central: c, admin: c.script(c.token(fleet.RoleAdmin)), operator: c.script(c.token(fleet.RoleOperator))}
	c.addApps(y.admin)
	c.addMasters(y.admin, 1, 2, 1)
	data := y.operator.must(`{ sites(first: 10) { nodes { id bench { id server { id } } } } }`, nil)
	for _, site := range at(data, "sites", "nodes").([]any) {
		y.sites = append(y.sites, at(site, "id").(string))
		y.benches = append(y.benches, at(site, "bench", "id").(string))
		y.servers = append(y.servers, at(site, "bench", "server", "id").(string))
	}
	return y
}

// workOne takes the one action that can be claimed, which has to be of this kind, and ends it, well when failure is nil.
// during is what its runner does meanwhile.
func (c *central) workOne(kind fleet.ActionKind, failure *fleet.Failure, during func(store.LeaseRef) error) {
	c.t.Helper()
	ref, action := c.claim()
	if action.Kind != kind {
		c.t.Fatalf("claimed %s, want a %s", action.Title, kind)
	}
	status := fleet.ActionSucceeded
	if failure != nil {
		status = fleet.ActionFailed
	}
	if during != nil {
		if err := during(ref); err != nil {
			c.t.Fatal(err)
		}
	}
	if err := c.store.FinishAction(c.t.Context(), ref, status, failure); err != nil {
		c.t.Fatal(err)
	}
}

// number is an id as the store has it.
func number(t *testing.T, id any) uint {
	t.Helper()
	var n uint
	if _, err := fmt.Sscan(id.(string), &n); err != nil {
		t.Fatal(err)
	}
	return n
}

// look lets Central look at every server now, each of which uses so much of its memory, in percent.
func (c *central) look(used map[string]int64) {
	c.t.Helper()
	ctx := c.t.Context()
	if err := c.store.EnrolHealth(ctx, time.Minute, time.Hour); err != nil {
		c.t.Fatal(err)
	}
	c.sql("UPDATE server_health SET due_at = UTC_TIMESTAMP(6)")
	claims, err := c.store.ClaimSamples(ctx, 100, time.Minute)
	if err != nil {
		c.t.Fatal(err)
	}
	results := []store.SampleResult{}
	for _, claim := range claims {
		sample := fleet.ServerSample{CPUs: 4, MemoryTotal: 100 << 20, MemoryUsed: used[claim.Server.Name] << 20}
		results = append(results, store.SampleResult{SampleClaim: claim, At: time.Now().UTC(), Sample: &sample})
	}
	if err := c.store.SaveSamples(ctx, results); err != nil {
		c.t.Fatal(err)
	}
}

// sql writes what no operation can: time that has gone by, for one.
func (c *central) sql(statement string, args ...any) {
	c.t.Helper()
	if _, err := c.store.DB().ExecContext(c.t.Context(), statement, args...); err != nil {
		c.t.Fatal(err)
	}
}

// everythingKept is all rows of tables as text, to look for what must not be there.
func (c *central) everythingKept(tables ...string) string {
	c.t.Helper()
	var text strings.Builder
	for _, table := range tables {
		rows, err := c.store.DB().QueryContext(c.t.Context(), "SELECT * FROM "+table)
		if err != nil {
			c.t.Fatal(err)
		}
		columns, err := rows.Columns()
		if err != nil {
			c.t.Fatal(err)
		}
		cells, pointers := make([][]byte, len(columns)), make([]any, len(columns))
		for i := range cells {
			pointers[i] = &cells[i]
		}
		for rows.Next() {
			if err := rows.Scan(pointers...); err != nil {
				c.t.Fatal(err)
			}
			for i, cell := range cells {
				fmt.Fprintf(&text, "%s.%s=%s\n", table, columns[i], cell)
			}
		}
		if err := rows.Err(); err != nil {
			c.t.Fatal(err)
		}
		rows.Close()
	}
	return text.String()
}
