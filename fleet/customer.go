package fleet

import (
	"regexp"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Customer is who subscribes. There is one for each e-mail address, however often they sign up.
type Customer struct {
	ID        uint
	Name      string
	Email     string // normalised: see NormalEmail
	Company   string // may be empty
	Notes     string // staff's own
	Version   int    // counts changes
	CreatedAt time.Time
	UpdatedAt time.Time
}

// CustomerInput is the input of CreateCustomer and UpdateCustomer.
type CustomerInput struct {
	CustomerID uint // only for UpdateCustomer
	Version    int  // only for UpdateCustomer: the one that was looked at
	Name       string
	Email      string
	Company    string
	Notes      string
}

// How long the texts of a customer or plan may be, in characters.
const (
	maxTitle = 140
	maxNotes = 10_000
	maxWhy   = 500
)

// Validate brings the input into its form. It errs with CodeInvalid and the field.
func (c *CustomerInput) Validate() (err error) {
	if c.Name, err = oneLine(c.Name, "input.name", 1); err != nil {
		return err
	}
	if c.Company, err = oneLine(c.Company, "input.company", 0); err != nil {
		return err
	}
	if c.Email, err = NormalEmail(c.Email); err != nil {
		return AtField(err, "input.email")
	}
	if !utf8.ValidString(c.Notes) || utf8.RuneCountInString(c.Notes) > maxNotes {
		return FieldErrorf(CodeInvalid, "input.notes", "Notes hold up to 10,000 characters.")
	}
	return nil
}

var mailbox = regexp.MustCompile("\\A[a-z0-9!#$%&'*+/=?^_`{|}~-]+(\\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*\\z")

// NormalEmail is an e-mail address without white space around it and in lower case, so that one address is one customer.
// It errs with CodeInvalid for what is none.
func NormalEmail(email string) (string, error) {
	email = strings.ToLower(strings.TrimSpace(email))
	local, domain, found := strings.Cut(email, "@")
	if !found || len(local) > 64 || len(email) > 254 || !mailbox.MatchString(local) || !isHostName(domain) || !strings.Contains(domain, ".") {
		return "", Errorf(CodeInvalid, "%s is no e-mail address: use one such as ana@example.com", quoted(email))
	}
	return email, nil
}

// oneLine is a text without white space around it. It errs with CodeInvalid unless it has least to 140 characters that can
// be seen.
func oneLine(text, field string, least int) (string, error) {
	text = strings.TrimSpace(text)
	n := utf8.RuneCountInString(text)
	if n < least || n > maxTitle || !utf8.ValidString(text) || strings.ContainsFunc(text, unicode.IsControl) {
		return text, FieldErrorf(CodeInvalid, field, "Use one line of %d to %d characters.", least, maxTitle)
	}
	return text, nil
}

// reason is why somebody did something, in their words: trimmed, at most 500 characters. It may be empty.
func reason(text, field string) (string, error) {
	text = strings.TrimSpace(text)
	if !utf8.ValidString(text) || utf8.RuneCountInString(text) > maxWhy {
		return text, FieldErrorf(CodeInvalid, field, "A reason has up to %d characters.", maxWhy)
	}
	return text, nil
}

// CustomerFilter narrows a list of customers; the zero value matches all.
type CustomerFilter struct {
	Search string              // part of the name, the e-mail address or the company
	States []SubscriptionState // has a subscription in one of these
}

// CustomerOrder is a column that lists of customers can be ordered by.
type CustomerOrder string

// The orders of a list of customers.
const (
	CustomerOrderName    CustomerOrder = "NAME"
	CustomerOrderEmail   CustomerOrder = "EMAIL"
	CustomerOrderCreated CustomerOrder = "CREATED"
)

// CustomerOrderBy is the order of a list of customers.
type CustomerOrderBy struct {
	Field      CustomerOrder
	Descending bool
}

// CustomerConnection is a page of customers.
type CustomerConnection struct {
	Nodes      []Customer
	TotalCount int
	PageInfo   PageInfo
}
