package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"

	"central/fleet"
	"central/runner"
	"central/runner/mail"
	"central/runner/remote"
	"central/store"
)

// signUpFlags say how those who sign up confirm their addresses. Every process of one Central needs the same.
type signUpFlags struct {
	PublicURL    string   `name:"public-url" env:"CENTRAL_PUBLIC_URL" default:"http://127.0.0.1:8080" placeholder:"URL" help:"Where people reach this Central; links in messages begin with it."`
	SignUpPage   string   `env:"CENTRAL_SIGN_UP_PAGE" placeholder:"URL" help:"Page of the website that links in messages lead to, with the token put at its end; Central's own when not given."`
	SMTPAddress  string   `name:"smtp-address" env:"CENTRAL_SMTP_ADDRESS" placeholder:"HOST:PORT" help:"Mail server; without one, staff hands the links on."`
	SMTPTLS      mail.TLS `name:"smtp-tls" env:"CENTRAL_SMTP_TLS" default:"starttls" enum:"starttls,tls,none" help:"How the connection to it is protected: starttls, tls or none."`
	SMTPUser     string   `name:"smtp-user" env:"CENTRAL_SMTP_USER" help:"Who signs in to it; nobody when not given."`
	SMTPPassword string   `name:"smtp-password" env:"CENTRAL_SMTP_PASSWORD" type:"path" placeholder:"FILE" help:"File of that user's password."`
	MailFrom     string   `name:"mail-from" env:"CENTRAL_MAIL_FROM" placeholder:"ADDRESS" help:"Sender of messages, such as 'Acme <hello@example.com>'."`
}

// confirmPath is Central's own page that confirms an address.
const confirmPath = "/confirm?token="

// signUps is what runners and the API need for sign-ups. It errs at once for what could only fail later.
func (f signUpFlags) signUps(ctx context.Context, s *store.Store, vault *remote.Vault) (runner.SignUpConfig, error) {
	page := f.SignUpPage
	if page == "" {
		page = strings.TrimSuffix(f.PublicURL, "/") + confirmPath
	}
	if u, err := url.Parse(page); err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return runner.SignUpConfig{}, fmt.Errorf("links in messages would lead to %q, which is no address of the web: see --public-url and --sign-up-page", page)
	}
	key, err := signUpKey(ctx, s, vault)
	if err != nil {
		return runner.SignUpConfig{}, err
	}
	config := runner.SignUpConfig{Links: fleet.SignUpLinks{Key: key, Page: page}}
	config.Mail, err = f.mail()
	return config, err
}

// mail is the mail server, nil when none is given.
func (f signUpFlags) mail() (*mail.Server, error) {
	if f.SMTPAddress == "" {
		return nil, nil
	}
	if f.MailFrom == "" {
		return nil, errors.New("--smtp-address needs --mail-from")
	}
	config := mail.Config{Address: f.SMTPAddress, From: f.MailFrom, User: f.SMTPUser, TLS: f.SMTPTLS}
	if f.SMTPPassword != "" {
		text, err := os.ReadFile(f.SMTPPassword)
		if err != nil {
			return nil, fmt.Errorf("--smtp-password: %w", err)
		}
		config.Password = string(bytes.TrimSpace(text))
	}
	return mail.New(config)
}

// signUpSecret is the name of the secret that signs links.
const signUpSecret = "sign-up-links"

// signUpKey is what signs links, which is made the first time.
func signUpKey(ctx context.Context, s *store.Store, vault *remote.Vault) ([]byte, error) {
	sealed, err := s.Secret(ctx, signUpSecret)
	if fleet.ErrorCode(err) == fleet.CodeNotFound {
		fresh := make([]byte, 32)
		_, _ = rand.Read(fresh) // it never fails
		made, err := vault.Seal(fresh)
		if err != nil {
			return nil, err
		}
		if _, err := s.SaveSecret(ctx, signUpSecret, made); err != nil {
			return nil, err
		}
		if sealed, err = s.Secret(ctx, signUpSecret); err != nil { // another process may have been faster
			return nil, err
		}
	} else if err != nil {
		return nil, err
	}
	key, err := vault.Open(sealed)
	if err != nil {
		return nil, fmt.Errorf("open the key of sign-ups: %w", err)
	}
	return key, nil
}
