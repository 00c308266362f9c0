package store_test

import (
	"testing"

	"central/fleet"
)

func TestStore_Customers(t *testing.T) {
	w := newEmptyWorld(t)
	ctx := t.Context()
	ana, err := w.CreateCustomer(ctx, operator, fleet.CustomerInput{Name: "Ana", Email: " Ana@Example.com", Company: "Acme_1"})
	w.must(err)
	w.audited(operator, "createCustomer", "Ana <ana@example.com>", nil)
	bob := w.customer("bob")

	t.Run("ErrAddressTaken", func(t *testing.T) {
		w.refuses(fleet.CodeConflict, "input.email", func() error {
			_, err := w.CreateCustomer(ctx, operator, fleet.CustomerInput{Name: "Anna", Email: "ANA@example.com"})
			return err
		})
		w.refuses(fleet.CodeConflict, "input.email", func() error {
			_, err := w.UpdateCustomer(ctx, operator, fleet.CustomerInput{CustomerID: bob.ID, Version: 1, Name: "Bob", Email: "ana@example.com"})
			return err
		})
	})
	t.Run("two people change one", func(t *testing.T) {
		in := fleet.CustomerInput{CustomerID: ana.ID, Version: 1, Name: "Ana Lee", Email: "ana@example.com", Notes: "pays late"}
		changed, err := w.UpdateCustomer(ctx, operator, in)
		w.must(err)
		want(t, "version", changed.Version, 2)
		w.refuses(fleet.CodeConflict, "input.version", func() error { _, err := w.UpdateCustomer(ctx, admin, in); return err })
	})
	t.Run("ErrUnknown", func(t *testing.T) {
		w.refuses(fleet.CodeNotFound, "input.customerId", func() error {
			_, err := w.UpdateCustomer(ctx, operator, fleet.CustomerInput{CustomerID: 99, Name: "x", Email: "x@example.com"})
			return err
		})
	})
	t.Run("lists", func(t *testing.T) {
		w.subscribe(bob, w.plan("Pro"), 0)
		for name, test := range map[string]struct {
			filter fleet.CustomerFilter
			by     fleet.CustomerOrderBy
			want   []string
		}{
			"by name":          {fleet.CustomerFilter{}, fleet.CustomerOrderBy{Field: "NAME"}, []string{"Ana Lee", "bob"}},
			"newest first":     {fleet.CustomerFilter{}, fleet.CustomerOrderBy{Field: "CREATED", Descending: true}, []string{"bob", "Ana Lee"}},
			"part of a name":   {fleet.CustomerFilter{Search: "LEE"}, fleet.CustomerOrderBy{Field: "NAME"}, []string{"Ana Lee"}},
			"not a wildcard":   {fleet.CustomerFilter{Search: "b_b"}, fleet.CustomerOrderBy{Field: "NAME"}, []string{}},
			"with a trial":     {fleet.CustomerFilter{States: []fleet.SubscriptionState{"TRIAL"}}, fleet.CustomerOrderBy{Field: "EMAIL"}, []string{"bob"}},
			"without any such": {fleet.CustomerFilter{States: []fleet.SubscriptionState{"ACTIVE"}}, fleet.CustomerOrderBy{Field: "EMAIL"}, []string{}},
		} {
			got := []string{}
			page := fleet.Page{First: 1}
			for {
				list, err := w.Customers(ctx, page, test.filter, test.by)
				w.must(err)
				want(t, name+": total", list.TotalCount, len(test.want))
				for _, customer := range list.Nodes {
					got = append(got, customer.Name)
				}
				if !list.PageInfo.HasNextPage {
					break
				}
				page.After = *list.PageInfo.EndCursor
			}
			want(t, name, got, test.want)
		}
	})
}
