package main

import (
	"context"
	"errors"
	"fmt"
	"os/user"

	"central/fleet"
)

// userCommand manages people on the machine that Central runs on. Whoever may read its data folder is
// trusted with all of it.
type userCommand struct {
	Add           addUserCommand       `cmd:"" help:"Add a person; prints a one-time password."`
	ResetPassword resetPasswordCommand `cmd:"" help:"Give a person a new one-time password, and print it."`
	Token         tokenCommand         `cmd:"" help:"Make an API token for a script, and print it."`
}

type addUserCommand struct {
	databaseFlags
	Name string     `arg:"" help:"What the person signs in with."`
	Role fleet.Role `default:"OPERATOR" enum:"VIEWER,OPERATOR,ADMIN" help:"VIEWER, OPERATOR or ADMIN."`
}

// Run adds a person.
func (c *addUserCommand) Run(ctx context.Context) error {
	return c.with(ctx, func(db *database) error {
		password, err := db.AddUser(ctx, commandLine(), c.Name, c.Role)
		if err == nil {
			fmt.Println(password)
		}
		return err
	})
}

type resetPasswordCommand struct {
	databaseFlags
	Name string `arg:"" help:"Who forgot it."`
}

// Run replaces a person's password.
func (c *resetPasswordCommand) Run(ctx context.Context) error {
	return c.with(ctx, func(db *database) error {
		password, err := db.ResetPassword(ctx, commandLine(), c.Name)
		if err == nil {
			fmt.Println(password)
		}
		return err
	})
}

type tokenCommand struct {
	databaseFlags
	Name          string     `required:"" help:"What the token is for."`
	Role          fleet.Role `default:"OPERATOR" enum:"VIEWER,OPERATOR,ADMIN" help:"VIEWER, OPERATOR or ADMIN; at most the role of --user."`
	SignUp        bool       `help:"For the website: it may sign people up (signup:create), and nothing else, whatever --role says."`
	User          string     `default:"admin" help:"Whose token it is."`
	ExpiresInDays *int       `help:"How many days it works; without it, until it is removed."`
}

// Run makes a token.
func (c *tokenCommand) Run(ctx context.Context) error {
	return c.with(ctx, func(db *database) error {
		in := fleet.NewAPIToken{Name: c.Name, Role: c.Role, ExpiresInDays: c.ExpiresInDays}
		if c.SignUp {
			in.Role, in.Scope = "", fleet.ScopeSignUp
		}
		secret, err := db.CreateTokenFor(ctx, c.User, in)
		if err == nil {
			fmt.Println(secret)
		}
		return err
	})
}

type migrateCommand struct{ databaseFlags }

// Run migrates.
func (c *migrateCommand) Run(ctx context.Context) error {
	return c.with(ctx, func(*database) error { return nil })
}

// with does one thing with an up-to-date database.
func (f databaseFlags) with(ctx context.Context, do func(*database) error) error {
	db, err := f.joinOrStart(ctx)
	if err != nil {
		return err
	}
	return errors.Join(do(db), db.close())
}

// commandLine is whoever runs the command, as the audit log shows them.
func commandLine() fleet.Actor {
	name := "command line"
	if u, err := user.Current(); err == nil {
		name = u.Username + " on the command line"
	}
	return fleet.Actor{Name: name, Role: fleet.RoleAdmin, RemoteAddress: "command line"}
}
