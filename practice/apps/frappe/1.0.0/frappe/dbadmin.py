"""Databases and users of sites, made and removed by an account that may do so."""

import getpass

import pymysql

import frappe
from frappe.database import server_address
from frappe.errors import MissingCredentials


class DatabaseAdmin:
    """A connection that may create databases and users (a root account, or one limited to a site)."""

    def __init__(self, conf, user=None, password=None):
        self.user = user or conf.get("root_login") or "root"
        if password is None:
            password = conf.get("root_password")
        if password is None:
            password = ask_password("MySQL root password: ")
        self.connection = pymysql.connect(
            user=self.user, password=password, charset="utf8mb4", autocommit=True, **server_address(conf)
        )

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.connection.close()

    def execute(self, query, values=None):
        """Run one statement and return its rows."""
        with self.connection.cursor() as cursor:
            cursor.execute(query, values)
            return cursor.fetchall()

    def database_exists(self, name):
        """Whether there is such a database that this account may see."""
        return bool(
            self.execute("SELECT 1 FROM `information_schema`.`schemata` WHERE `schema_name` = %s", (name,))
        )

    def create(self, name, user, password, scope):
        """A database and a user who owns it and nothing else."""
        self.execute(f"CREATE DATABASE {quoted(name)} CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci")
        self.execute("CREATE USER IF NOT EXISTS %s@%s", (user, scope))
        self.execute("ALTER USER %s@%s IDENTIFIED BY %s", (user, scope, password))
        # As Frappe does it: an underscore in the name stands for any character here.
        self.execute(f"GRANT ALL PRIVILEGES ON {quoted(name)}.* TO %s@%s", (user, scope))
        self.execute("FLUSH PRIVILEGES")

    def drop(self, name, user, scope):
        """Remove a database and its user; what is not there is no error."""
        self.execute(f"DROP DATABASE IF EXISTS {quoted(name)}")
        self.execute("DROP USER IF EXISTS %s@%s", (user, scope))


def quoted(name):
    """A database name between backticks."""
    return "`" + name.replace("`", "``") + "`"


def login_scope(conf, no_socket=False):
    """The host part of the site's database user."""
    return "%" if no_socket else conf.get("mariadb_user_host_login_scope") or "localhost"


def ask_password(prompt):
    """Ask at the terminal; without one, read a line of standard input."""
    try:
        return getpass.getpass(prompt)
    except EOFError:
        raise MissingCredentials(f"{prompt.rstrip(': ')} is needed, and there is no terminal to ask at") from None


def open_admin(user=None, password=None):
    """The administrator's connection for the current site's server."""
    return DatabaseAdmin(frappe.conf, user, password)
