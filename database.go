package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"central/store"
	"central/store/embedded"
)

// stopTime is how long the private database may take to end.
const stopTime = 20 * time.Second

// databaseFlags say where Central keeps what it knows.
type databaseFlags struct {
	Data string `default:"./data" env:"CENTRAL_DATA" type:"path" help:"Folder of the private database, the key that seals secrets, and git mirrors."`
	DSN  string `env:"CENTRAL_DSN" name:"dsn" help:"MySQL or MariaDB to use instead of the private one: USER:PASSWORD@tcp(HOST:3306)/DATABASE."`
}

// database is an open store, and the private server below it when this process started that.
type database struct {
	*store.Store
	server *embedded.Server
}

// start opens the database that --dsn names, or starts the private one.
func (f databaseFlags) start(ctx context.Context) (*database, error) {
	if f.DSN != "" {
		return f.open(ctx, f.DSN, nil)
	}
	server, err := embedded.Start(ctx, f.Data)
	if err != nil {
		return nil, err
	}
	return f.open(ctx, server.DSN(), server)
}

// join opens the database of a Central that runs already. It errs with embedded.ErrNotRunning when there
// is none.
func (f databaseFlags) join(ctx context.Context) (*database, error) {
	if f.DSN != "" {
		return f.open(ctx, f.DSN, nil)
	}
	dsn, err := embedded.Connect(f.Data)
	if err != nil {
		return nil, err
	}
	return f.open(ctx, dsn, nil)
}

// joinOrStart is for commands that do one thing, whether Central runs or not. The tables are up to date
// afterwards.
func (f databaseFlags) joinOrStart(ctx context.Context) (*database, error) {
	db, err := f.join(ctx)
	if errors.Is(err, embedded.ErrNotRunning) {
		db, err = f.start(ctx)
	}
	if err != nil {
		return nil, err
	}
	if err := db.Migrate(ctx); err != nil {
		return nil, errors.Join(err, db.close())
	}
	return db, nil
}

func (f databaseFlags) open(ctx context.Context, dsn string, server *embedded.Server) (*database, error) {
	db := &database{server: server}
	var err error
	if db.Store, err = store.Open(ctx, dsn); err != nil {
		return nil, errors.Join(err, db.close())
	}
	return db, nil
}

// close closes the store and ends the private server if this process started it.
func (d *database) close() error {
	var err error
	if d.Store != nil {
		err = d.Store.Close()
	}
	if d.server != nil {
		ctx, cancel := context.WithTimeout(context.Background(), stopTime)
		defer cancel()
		err = errors.Join(err, d.server.Stop(ctx))
	}
	return err
}

// lost returns an error as soon as the private server has ended by itself, nil when ctx ends first.
func (d *database) lost(ctx context.Context) error {
	if d.server == nil {
		<-ctx.Done()
		return nil
	}
	select {
	case <-ctx.Done():
		return nil
	case <-d.server.Exited():
		return fmt.Errorf("the private database has ended; see mariadb.log in the data folder")
	}
}
