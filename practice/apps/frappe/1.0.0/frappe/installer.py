"""Making and removing sites, and putting apps on them."""

import os
import secrets

import frappe
from frappe import auth, patching, schema
from frappe.config import read_json, write_json
from frappe.dbadmin import ask_password, login_scope, open_admin
from frappe.errors import AppNotInstalled
from frappe.registry import bench_apps, installed_apps, run_hooks, set_installed_apps, write_versions

FOLDERS = ("private/backups", "private/files", "public/files", "locks", "logs")
TABLES = (
    "CREATE TABLE `__Auth` (`doctype` varchar(140) NOT NULL, `name` varchar(255) NOT NULL,"
    " `fieldname` varchar(140) NOT NULL, `password` text NOT NULL, `encrypted` tinyint(4) NOT NULL DEFAULT 0,"
    " PRIMARY KEY (`doctype`, `name`, `fieldname`)) ENGINE=InnoDB ROW_FORMAT=DYNAMIC",
    "CREATE TABLE `__global_search` (`doctype` varchar(100) NOT NULL, `name` varchar(140) NOT NULL,"
    " `title` varchar(140), `content` text, PRIMARY KEY (`doctype`, `name`), FULLTEXT (`content`))"
    " ENGINE=InnoDB ROW_FORMAT=DYNAMIC",
)


def make_folders():
    """The directories of the current site."""
    for folder in FOLDERS:
        os.makedirs(frappe.site_path(folder), exist_ok=True)


def write_site_config(values):
    """Add keys to the current site's configuration, on disk and in memory."""
    path = frappe.site_path("site_config.json")
    write_json(path, {**read_json(path), **values})
    frappe.conf.update(values)


def create_database(root=None, scope=None, force=False):
    """The current site's database and user, as its configuration names them.

    `root` is (user, password) of an account that may create both.
    """
    conf = frappe.conf
    with open_admin(*(root or (None, None))) as admin:
        if admin.database_exists(conf["db_name"]) and not force:
            raise FileExistsError(f"Database {conf['db_name']} already exists, use --force to drop it")
        admin.drop(conf["db_name"], conf["db_user"], scope)
        admin.create(conf["db_name"], conf["db_user"], conf["db_password"], scope)


def new_password():
    """A password for a database user."""
    return secrets.token_urlsafe(16)


def bootstrap(admin_password=None):
    """The framework's own tables and the Administrator."""
    for statement in TABLES:
        frappe.db.sql(statement)
    install_app("frappe")
    frappe.db.sql(
        "INSERT INTO `tabUser` (`name`, `creation`, `modified`, `owner`, `modified_by`, `full_name`, `enabled`)"
        " VALUES ('Administrator', NOW(6), NOW(6), 'Administrator', 'Administrator', 'Administrator', 1)"
    )
    auth.set_password("Administrator", admin_password or ask_password("Set Administrator password: "))
    frappe.db.commit()


def install_app(app, force=False):
    """Put an app on the current site: its tables, its first rows, its patches marked as executed."""
    if app not in bench_apps(frappe.local.sites_path):
        raise AppNotInstalled(f"App {app} is not in apps.txt")
    present = installed_apps() if app != "frappe" else []
    if app in present and not force:
        print(f"App {app} already installed")
        return
    print(f"\nInstalling {app}...")
    run_hooks(app, "before_install")
    schema.sync_app(app)
    if app not in present:
        set_installed_apps([*present, app])
    patching.log_all(app)
    run_hooks(app, "after_install")
    frappe.db.commit()
    print(f"Updating Dashboard for {app}")


def uninstall_app(app, dry_run=False):
    """Take an app off the current site, with its tables; or only say which those are."""
    if not dry_run:
        run_hooks(app, "before_uninstall")
    for doctype in schema.app_doctypes(app):
        print(f"* dropping Table for '{doctype}'...")
        if not dry_run:
            schema.drop_doctype(doctype)
    if dry_run:
        return
    patching.forget_all(app)
    set_installed_apps([name for name in installed_apps() if name != app])
    write_versions()
    frappe.db.commit()
    print(f"Uninstalled App {app} from Site {frappe.local.site}")


def drop_database(root=None, scope=None):
    """Remove the current site's database and user."""
    scope = scope or login_scope(frappe.conf)
    with open_admin(*(root or (None, None))) as admin:
        admin.drop(frappe.conf["db_name"], frappe.conf["db_user"], scope)


def archive(site, sites_path, archived_sites_path):
    """Move a site's directory away, under a name that is free, and return where it is."""
    os.makedirs(archived_sites_path, exist_ok=True)
    target = os.path.join(archived_sites_path, site)
    number = 0
    while os.path.exists(target):
        number += 1
        target = os.path.join(archived_sites_path, f"{site}{number}")
    os.rename(os.path.join(sites_path, site), target)
    return target
