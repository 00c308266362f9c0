// Package migrations holds the database's schema as goose SQL files, one DDL statement in each, because
// neither MySQL nor MariaDB can roll DDL back. Code must work before and after each of them.
package migrations

import "embed"

// Files are the migrations, named NNNNN_what.sql.
//
//go:embed *.sql
var Files embed.FS
