// Package store keeps everything Central knows in one MySQL or MariaDB database: the fleet, the queue and
// the live log. It is the only package that knows gorm. Permission, validation, audit and queueing happen
// here, inside the transaction, so that no entrance to Central can go around them.
package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/go-sql-driver/mysql"
	"github.com/pressly/goose/v3"
	gormmysql "gorm.io/driver/mysql"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"

	"central/fleet"
	"central/migrations"
)

// Connections one Store keeps to the database. Servers allow 151 by default, for all processes together.
const (
	maxConnections  = 32
	idleConnections = 16
)

// Store is the database. It is safe for concurrent use; make it with Open.
type Store struct {
	db       *gorm.DB
	conn     *sql.DB
	dbName   string
	logins   loginLimiter
	connects rates
	names    fleet.NameRules
	wake     chan struct{}
	tail     *tail
}

// Open connects to the database named by dsn, which has the form of go-sql-driver/mysql, such as
// "central:secret@tcp(db1:3306)/central"; time zone, isolation level and parsing are set here and need not
// be in it. It errs when the database cannot be reached, or is older than MySQL 8.0 or MariaDB 10.6. It
// creates no tables; Migrate does.
func Open(ctx context.Context, dsn string) (*Store, error) {
	config, err := mysql.ParseDSN(dsn)
	if err != nil {
		return nil, fmt.Errorf("the database's address: %w", err)
	}
	if config.DBName == "" {
		return nil, errors.New("the database's address names no database: it ends in /NAME")
	}
	connector, err := newConnector(config)
	if err != nil {
		return nil, fmt.Errorf("the database's address: %w", err)
	}
	conn := sql.OpenDB(connector)
	conn.SetMaxOpenConns(maxConnections)
	conn.SetMaxIdleConns(idleConnections)
	conn.SetConnMaxIdleTime(5 * time.Minute)
	if err := checkVersion(ctx, conn); err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	db, err := gorm.Open(gormmysql.New(gormmysql.Config{Conn: conn}), &gorm.Config{
		TranslateError:         true,
		SkipDefaultTransaction: true, // s.tx is the only way to begin one
		NowFunc:                now,
		Logger:                 logger.Discard, // callers see every error
	})
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open the database: %w", err), conn.Close())
	}
	s := &Store{db: db, conn: conn, dbName: config.DBName, wake: make(chan struct{}, 1)}
	s.tail = newTail(s)
	return s, nil
}

// Migrate brings the tables to what this version of Central needs. Several processes may do so at once;
// they take turns. It errs with the migration that failed; running it again goes on from there.
func (s *Store) Migrate(ctx context.Context) error {
	turn, err := s.conn.Conn(ctx)
	if err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	defer turn.Close()
	// Lock names belong to the whole server and hold 64 characters.
	name := "central.migrate." + s.dbName[max(0, len(s.dbName)-48):]
	var got sql.NullInt64
	if err := turn.QueryRowContext(ctx, "SELECT GET_LOCK(?, 600)", name).Scan(&got); err != nil {
		return fmt.Errorf("migrate: wait for other processes: %w", err)
	}
	if got.Int64 != 1 {
		return errors.New("migrate: another process has been migrating this database for ten minutes")
	}
	err = s.migrateUp(ctx)
	_, releaseErr := turn.ExecContext(context.WithoutCancel(ctx), "DO RELEASE_LOCK(?)", name)
	if err := errors.Join(err, releaseErr); err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	return nil
}

func (s *Store) migrateUp(ctx context.Context) error {
	provider, err := goose.NewProvider(goose.DialectMySQL, s.conn, migrations.Files)
	if err != nil {
		return err
	}
	_, err = provider.Up(ctx)
	return err
}

// Close ends every Follow and closes the connections.
func (s *Store) Close() error {
	s.tail.close()
	return s.conn.Close()
}

// DB is the pool itself, for the session store only.
func (s *Store) DB() *sql.DB {
	return s.conn
}

// Ping errs when the database cannot be reached.
func (s *Store) Ping(ctx context.Context) error {
	return s.conn.PingContext(ctx)
}

// connector makes connections that all behave alike, whatever the server's defaults are.
type connector struct{ driver.Connector }

func newConnector(config *mysql.Config) (driver.Connector, error) {
	config.ParseTime = true
	config.Loc = time.UTC
	config.Collation = "utf8mb4_general_ci" // known to both engines
	config.ClientFoundRows = true           // an update counts the rows it matched, changed or not
	config.InterpolateParams = true         // one round trip for each query instead of three
	config.MultiStatements = false
	if config.Params == nil {
		config.Params = map[string]string{}
	}
	config.Params["time_zone"] = "'+00:00'"
	config.Params["sql_mode"] = "'TRADITIONAL,ONLY_FULL_GROUP_BY'"
	config.Params["innodb_lock_wait_timeout"] = "20"
	if err := config.Apply(mysql.TimeTruncate(time.Microsecond)); err != nil {
		return nil, err
	}
	c, err := mysql.NewConnector(config)
	return connector{c}, err
}

// Connect implements driver.Connector. The isolation level is set with a statement because the variable
// of it goes by different names in MySQL and MariaDB.
func (c connector) Connect(ctx context.Context) (driver.Conn, error) {
	conn, err := c.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	execer, ok := conn.(driver.ExecerContext)
	if !ok {
		return nil, errors.Join(errors.New("the MySQL driver cannot execute statements"), conn.Close())
	}
	if _, err := execer.ExecContext(ctx, "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED", nil); err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	return conn, nil
}

func checkVersion(ctx context.Context, conn *sql.DB) error {
	var version string
	if err := conn.QueryRowContext(ctx, "SELECT VERSION()").Scan(&version); err != nil {
		return fmt.Errorf("reach the database: %w", err)
	}
	return supported(version)
}

var versionNumbers = regexp.MustCompile(`\A([0-9]+)\.([0-9]+)`)

// supported errs unless version, as the server tells it, is at least MySQL 8.0 or MariaDB 10.6, which
// know SKIP LOCKED.
func supported(version string) error {
	numbers := versionNumbers.FindStringSubmatch(version)
	if numbers == nil {
		return fmt.Errorf("the database calls its version %q; Central needs MySQL 8.0 or MariaDB 10.6, or later", version)
	}
	major, _ := strconv.Atoi(numbers[1])
	minor, _ := strconv.Atoi(numbers[2])
	engine, needMajor, needMinor := "MySQL", 8, 0
	if strings.Contains(version, "MariaDB") {
		engine, needMajor, needMinor = "MariaDB", 10, 6
	}
	if major < needMajor || major == needMajor && minor < needMinor {
		return fmt.Errorf("the database is %s %d.%d; Central needs %s %d.%d or later", engine, major, minor, engine, needMajor, needMinor)
	}
	return nil
}
