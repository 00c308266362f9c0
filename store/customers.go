package store

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"central/fleet"
)

// Customer reads one customer.
func (s *Store) Customer(ctx context.Context, id uint) (fleet.Customer, error) {
	return one[fleet.Customer](ctx, s.db, "customer", id)
}

// CustomersByID reads many customers at once.
func (s *Store) CustomersByID(ctx context.Context, ids []uint) (map[uint]fleet.Customer, error) {
	return byID(ctx, s.db, ids, func(v fleet.Customer) uint { return v.ID })
}

// customerOrders are what a list of customers can be ordered by.
var customerOrders = map[fleet.CustomerOrder]listOrder{
	fleet.CustomerOrderName:    {expr: "customers.name"},
	fleet.CustomerOrderEmail:   {expr: "customers.email"},
	fleet.CustomerOrderCreated: {expr: "customers.created_at", time: true},
}

// Customers is one page of the customers that match.
func (s *Store) Customers(ctx context.Context, page fleet.Page, filter fleet.CustomerFilter, by fleet.CustomerOrderBy) (fleet.CustomerConnection, error) {
	connection := fleet.CustomerConnection{Nodes: []fleet.Customer{}}
	if err := page.Within(maxPage); err != nil {
		return connection, err
	}
	order, known := customerOrders[by.Field]
	if !known {
		return connection, fleet.FieldErrorf(fleet.CodeInvalid, "orderBy.field", "Customers cannot be ordered by this.")
	}
	order.field, order.desc = string(by.Field), by.Descending
	query := s.db.WithContext(ctx).Table("customers")
	if filter.Search != "" {
		query = query.Where("customers.search LIKE ?", contains(filter.Search))
	}
	if filter.States != nil {
		query = query.Where("EXISTS (SELECT 1 FROM customer_subscriptions WHERE customer_subscriptions.customer_id = customers.id AND state IN ?)", filter.States)
	}
	var total int64
	if err := query.Session(&gorm.Session{}).Count(&total).Error; err != nil {
		return connection, err
	}
	ids, info, err := keysetPage(query.Session(&gorm.Session{}), page, "customers.id", order)
	if err != nil {
		return connection, err
	}
	rows, err := s.CustomersByID(ctx, ids)
	connection.Nodes, connection.TotalCount, connection.PageInfo = inOrder(ids, rows), int(total), info
	return connection, err
}

// contains is a pattern of LIKE for what people type.
func contains(search string) string { return "%" + likeEscaper.Replace(search) + "%" }

// CreateCustomer puts a customer on record. It errs with CodeConflict when there is one with this e-mail address.
func (s *Store) CreateCustomer(ctx context.Context, actor fleet.Actor, in fleet.CustomerInput) (fleet.Customer, error) {
	var customer fleet.Customer
	if err := actor.Require(fleet.RoleOperator); err != nil {
		return customer, err
	}
	if err := in.Validate(); err != nil {
		return customer, err
	}
	err := s.tx(ctx, func(tx *gorm.DB) (err error) {
		customer, err = s.addCustomer(tx, actor, in)
		return err
	})
	return customer, customerTaken(err, in.Email)
}

// addCustomer is CreateCustomer for an actor who may, with input whose form is right.
func (s *Store) addCustomer(tx *gorm.DB, actor fleet.Actor, in fleet.CustomerInput) (fleet.Customer, error) {
	customer := fleet.Customer{Name: in.Name, Email: in.Email, Company: in.Company, Notes: in.Notes, Version: 1, CreatedAt: now(), UpdatedAt: now()}
	if err := gorm.G[fleet.Customer](tx).Create(tx.Statement.Context, &customer); err != nil {
		return customer, err
	}
	return customer, s.audit(tx, actor, "createCustomer", customerSubject(customer), map[string]any{"name": in.Name, "email": in.Email, "company": in.Company}, nil)
}

// UpdateCustomer changes a customer. It errs with CodeConflict, about input.version, when somebody else has changed it
// meanwhile, and about input.email when another customer has that address.
func (s *Store) UpdateCustomer(ctx context.Context, actor fleet.Actor, in fleet.CustomerInput) (fleet.Customer, error) {
	var customer fleet.Customer
	if err := actor.Require(fleet.RoleOperator); err != nil {
		return customer, err
	}
	if err := in.Validate(); err != nil {
		return customer, err
	}
	err := s.tx(ctx, func(tx *gorm.DB) (err error) {
		if customer, err = one[fleet.Customer](ctx, tx, "customer", in.CustomerID, forUpdate); err != nil {
			return fleet.AtField(err, "input.customerId")
		}
		if in.Version != customer.Version {
			return fleet.FieldErrorf(fleet.CodeConflict, "input.version", "%s was changed while you looked at it; look at it again.", customer.Name)
		}
		before := customer
		customer.Name, customer.Email, customer.Company, customer.Notes = in.Name, in.Email, in.Company, in.Notes
		customer.Version++
		customer.UpdatedAt = now()
		err = tx.Model(&fleet.Customer{}).Where("id = ?", customer.ID).Select("*").Omit("id", "created_at").UpdateColumns(&customer).Error
		if err != nil {
			return err
		}
		return s.audit(tx, actor, "updateCustomer", customerSubject(customer), map[string]any{
			"customerId": in.CustomerID, "name": in.Name, "email": in.Email, "company": in.Company, "emailBefore": before.Email, "nameBefore": before.Name,
		}, nil)
	})
	return customer, customerTaken(err, in.Email)
}

func customerSubject(c fleet.Customer) string { return fmt.Sprintf("%s <%s>", c.Name, c.Email) }

func customerTaken(err error, email string) error {
	if duplicate(err) {
		return fleet.FieldErrorf(fleet.CodeConflict, "input.email", "There is already a customer with the address %s.", email)
	}
	return err
}
