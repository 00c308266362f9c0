// Command central is the command centre of a team that hosts Frappe sites: its dashboard and API, its
// runners, and a practice fleet to try it on.
package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"

	"central/fleet"
	"central/practice"
	"central/practice/demo"
)

// cli is the command line.
type cli struct {
	LogLevel slog.Level `default:"info" env:"CENTRAL_LOG_LEVEL" help:"debug, info, warn or error."`

	Serve    serveCommand    `cmd:"" help:"Serve the dashboard and the API, with a runner in the same process."`
	Work     workCommand     `cmd:"" help:"Run a runner only, on the database of a Central that is served elsewhere."`
	User     userCommand     `cmd:"" help:"People who sign in, and API tokens."`
	Migrate  migrateCommand  `cmd:"" help:"Bring the database's tables to what this version needs; serve does so too."`
	Practice practiceCommand `cmd:"" help:"Real Debian hosts on this machine to practise on (needs root)."`
}

// practiceCommand is a practice fleet by hand, and the whole demo.
type practiceCommand struct {
	practice.Command
	Demo demo.Command `cmd:"" help:"Central with a practice fleet, set up and filled."`
}

func main() {
	var c cli
	parser := kong.Parse(&c, kong.Name("central"), kong.Description("The command centre of a fleet of Frappe servers."), kong.UsageOnError())
	slog.SetDefault(slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: c.LogLevel})))

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends the process at once
	parser.BindTo(ctx, (*context.Context)(nil))
	if err := parser.Run(); err != nil {
		fmt.Fprintln(os.Stderr, "central:", sentence(err))
		os.Exit(1)
	}
}

// sentence is what a person reads of an error.
func sentence(err error) string {
	var e *fleet.Error
	if errors.As(err, &e) {
		return e.Message
	}
	return err.Error()
}
