// Package mail sends messages through the team's mail server.
package mail

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strconv"
	"time"

	gomail "github.com/wneessen/go-mail"
)

// TLS is how the connection to a mail server is protected.
type TLS string

// The ways to protect it.
const (
	StartTLS TLS = "starttls" // asked for, and refused without
	Implicit TLS = "tls"      // from the first byte
	Plain    TLS = "none"     // for a mail server on the same machine
)

// patience is how long a message may take to be handed over.
const patience = 30 * time.Second

// Server is the mail server that messages are handed to. Make it with New.
type Server struct {
	from   string
	client *gomail.Client
}

// Config is how a mail server is reached.
type Config struct {
	Address  string // host:port
	From     string // such as "Acme <hello@example.com>"
	User     string // empty when it asks for none
	Password string
	TLS      TLS
}

// New checks the configuration; it connects to nothing.
func New(config Config) (*Server, error) {
	host, text, err := net.SplitHostPort(config.Address)
	if err != nil {
		return nil, fmt.Errorf("the mail server's address: %w", err)
	}
	port, err := strconv.Atoi(text)
	if err != nil {
		return nil, fmt.Errorf("the mail server's address: %q is no port", text)
	}
	if err := gomail.NewMsg().From(config.From); err != nil {
		return nil, fmt.Errorf("the sender of messages: %w", err)
	}
	options := []gomail.Option{gomail.WithPort(port), gomail.WithTimeout(patience)}
	switch config.TLS {
	case StartTLS:
		options = append(options, gomail.WithTLSPolicy(gomail.TLSMandatory))
	case Implicit:
		options = append(options, gomail.WithSSL())
	case Plain:
		options = append(options, gomail.WithTLSPolicy(gomail.NoTLS))
	default:
		return nil, fmt.Errorf("%q is no way to protect a connection: use starttls, tls or none", config.TLS)
	}
	if config.User != "" {
		method := gomail.SMTPAuthAutoDiscover
		if config.TLS == Plain { // the password goes to this machine only, and nothing else is offered without TLS
			method = gomail.SMTPAuthPlainNoEnc
		}
		options = append(options, gomail.WithSMTPAuth(method), gomail.WithUsername(config.User), gomail.WithPassword(config.Password))
	}
	client, err := gomail.NewClient(host, options...)
	return &Server{from: config.From, client: client}, err
}

// Message is a text for one person.
type Message struct {
	To      string // an address alone
	Subject string
	Text    string
}

// Send hands a message over to the mail server. Its error says nothing of the password.
func (s *Server) Send(ctx context.Context, message Message) error {
	m := gomail.NewMsg()
	if err := errors.Join(m.From(s.from), m.To(message.To)); err != nil {
		return err
	}
	m.Subject(message.Subject)
	m.SetBodyString(gomail.TypeTextPlain, message.Text)
	m.SetMessageID()
	m.SetDate()
	ctx, done := context.WithTimeout(ctx, patience)
	defer done()
	return s.client.DialAndSendWithContext(ctx, m)
}
