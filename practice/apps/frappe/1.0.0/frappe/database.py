"""A site's database, reached as the site's own user."""

import re

import pymysql
import pymysql.cursors

import frappe

WRITES = ("insert", "delete", "update", "alter", "drop", "rename")
QUOTED_TABLE = re.compile(r"`(tab[A-Z][^`]*)`")
BARE_TABLE = re.compile(r"\b(tab[A-Z]\w+)\b(?!`)")


def server_address(conf):
    """How to reach the database server: a socket when one is configured, else host and port."""
    if conf.get("db_socket"):
        return {"unix_socket": conf["db_socket"]}
    return {"host": conf.get("db_host") or "127.0.0.1", "port": int(conf.get("db_port") or 3306)}


def tables_written(query):
    """Names of the tables that a writing statement mentions; empty for any other statement."""
    if not query.lstrip().lower().startswith(WRITES):
        return set()
    return set(QUOTED_TABLE.findall(query)) | set(BARE_TABLE.findall(re.sub(r"`[^`]*`|'[^']*'", " ", query)))


class Database:
    """One connection, one transaction at a time; DDL commits by itself, as MariaDB does."""

    def __init__(self, name, **arguments):
        self.name = name
        self.connection = pymysql.connect(
            database=name, charset="utf8mb4", collation="utf8mb4_unicode_ci", autocommit=False, **arguments
        )

    @classmethod
    def for_site(cls, conf):
        """Connect with what the site's configuration says."""
        return cls(
            conf["db_name"],
            user=conf.get("db_user") or conf["db_name"],
            password=conf.get("db_password") or "",
            **server_address(conf),
        )

    def sql(self, query, values=None, as_dict=False):
        """Run one statement and return its rows, as tuples or as dictionaries."""
        self._remember(query)
        cursor = pymysql.cursors.DictCursor if as_dict else pymysql.cursors.Cursor
        with self.connection.cursor(cursor) as c:
            c.execute(query, values)
            return c.fetchall()

    def insert_many(self, table, columns, rows):
        """Insert many rows of one table with few round trips."""
        names = ", ".join(f"`{column}`" for column in columns)
        query = f"INSERT INTO `{table}` ({names}) VALUES ({', '.join(['%s'] * len(columns))})"
        self._remember(query)
        with self.connection.cursor() as c:
            c.executemany(query, rows)

    def count(self, table):
        """Number of rows."""
        return self.sql(f"SELECT COUNT(*) FROM `{table}`")[0][0]

    def tables(self):
        """Names of all tables."""
        return [row[0] for row in self.sql("SHOW TABLES")]

    def columns(self, table):
        """Column name → column type, in order; {} when the table does not exist."""
        return dict(
            self.sql(
                "SELECT `column_name`, `column_type` FROM `information_schema`.`columns`"
                " WHERE `table_schema` = %s AND `table_name` = %s ORDER BY `ordinal_position`",
                (self.name, table),
            )
        )

    def indexes(self, table):
        """Names of the indexes of a table."""
        return {row[2] for row in self.sql(f"SHOW INDEX FROM `{table}`")}

    def commit(self):
        """Make the changes since the last commit last."""
        self.connection.commit()

    def rollback(self):
        """Take back the changes since the last commit."""
        self.connection.rollback()

    def close(self):
        """Close the connection; uncommitted changes are lost."""
        if self.connection.open:
            self.connection.close()

    def _remember(self, query):
        """During a migration, note which tables are written: an undo needs exactly those."""
        touched = frappe.local.flags.get("touched_tables")
        if touched is not None:
            touched.update(tables_written(query))
