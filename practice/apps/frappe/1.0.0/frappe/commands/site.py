"""Commands that make and remove sites and their apps."""

import hashlib
import json
import os
import sys

import click

import frappe
from frappe import backups, cache, installer
from frappe.commands import all_sites, one_site, pass_sites
from frappe.dbadmin import login_scope
from frappe.registry import app_branch, app_version, bench_sites, installed_apps, listed_apps


def root_options(function):
    """The options for the account that may create databases and users."""
    function = click.option(
        "--db-root-password", "--mariadb-root-password", "--root-password", "root_password",
        help="Root password of the database server; asked for when missing",
    )(function)
    return click.option(
        "--db-root-username", "--mariadb-root-username", "--root-login", "root_username",
        help="Root username of the database server [root]",
    )(function)


@click.command("new-site")
@click.argument("site")
@click.option("--db-name", help="Database name")
@click.option("--db-user", help="Database user, the database's name when missing")
@click.option("--db-password", help="Database password, made up when missing")
@click.option("--db-type", default="mariadb", type=click.Choice(["mariadb"]), help="Database type")
@click.option("--db-host", help="Database host")
@click.option("--db-port", type=int, help="Database port")
@click.option("--db-socket", help="Database socket")
@root_options
@click.option("--no-mariadb-socket", is_flag=True, default=False, help="Let the site's user log in from anywhere")
@click.option("--setup-db/--no-setup-db", default=True, help="Create the user and the database, or only fill it")
@click.option("--admin-password", help="Administrator password for the new site")
@click.option("--install-app", "apps", multiple=True, help="Install this app too")
@click.option("--set-default", is_flag=True, default=False, help="Make it the bench's current site")
@click.option("--verbose", is_flag=True, default=False, help="Verbose")
@click.option("--force", is_flag=True, default=False, help="Replace a site or database that exists")
def new_site(
    site, db_name, db_user, db_password, db_type, db_host, db_port, db_socket, root_username, root_password,
    no_mariadb_socket, setup_db, admin_password, apps, set_default, verbose, force,
):
    "Create a new site"
    if os.path.exists(site) and not force:
        print(f"Site {site} already exists, use --force to proceed anyway")
        sys.exit(1)
    frappe.init(site, new_site=True)
    name = db_name or "_" + hashlib.sha1(site.encode(), usedforsecurity=False).hexdigest()[:16]
    values = {"db_name": name, "db_password": db_password or installer.new_password(), "db_type": db_type}
    values["db_user"] = db_user or name
    optional = {"db_host": db_host, "db_port": db_port, "db_socket": db_socket}
    values.update({key: value for key, value in optional.items() if value})
    scope = login_scope(frappe.conf, no_mariadb_socket)
    root = (root_username, root_password)
    try:
        installer.make_folders()
        with open(frappe.site_path("locks", "installing.lock"), "w", encoding="utf-8"):
            pass
        installer.write_site_config(values)
        if setup_db:
            installer.create_database(root, scope, force)
        frappe.connect()
        installer.bootstrap(admin_password)
        for app in apps:
            installer.install_app(app)
    except Exception:
        rolled_back = _offer_rollback(site, root, scope)
        if verbose or not rolled_back:
            raise
        sys.exit(1)
    finally:
        if frappe.local.site and os.path.exists(frappe.site_path("locks", "installing.lock")):
            os.remove(frappe.site_path("locks", "installing.lock"))
        frappe.destroy()
    print("*** Scheduler is disabled ***")
    if set_default or bench_sites() == [site]:
        use_site(site)


def _offer_rollback(site, root, scope):
    """Ask whether to take back what was made; without a terminal nobody can be asked, and it stays."""
    if not sys.stdin.isatty():
        print(f"Site creation failed for {site}. Nothing was rolled back: no terminal to ask at.", file=sys.stderr)
        return False
    if not click.confirm("Site creation failed. Roll back what was made?", default=True):
        return False
    installer.drop_database(root, scope)
    installer.archive(site, ".", "../archived/sites")
    return True


def use_site(site):
    """Make a site the bench's current one."""
    with open("currentsite.txt", "w", encoding="utf-8") as file:
        file.write(site)
    print(f"Current Site set to {site}")


@click.command("use")
@click.argument("site")
def use(site):
    "Set a default site"
    if not os.path.exists(site):
        print(f"Site {site} does not exist")
        sys.exit(1)
    use_site(site)


@click.command("drop-site")
@click.argument("site")
@root_options
@click.option("--archived-sites-path", default="../archived/sites", help="Where the directory goes")
@click.option("--no-backup", is_flag=True, default=False, help="Take no backup first")
@click.option("--force", is_flag=True, default=False, help="Go on even if the backup fails")
def drop_site(site, root_username, root_password, archived_sites_path, no_backup, force):
    "Remove a site from the database and the file system"
    frappe.init(site)
    try:
        if not no_backup:
            _last_backup(site, force)
        installer.drop_database((root_username, root_password))
        cache.clear_site()
    finally:
        frappe.destroy()
    installer.archive(site, ".", archived_sites_path)


def _last_backup(site, force):
    try:
        frappe.connect()
        backups.dump_database(backups.default_path("database", "sql.gz"))
        backups.pack_files("public", backups.default_path("files", "tar"))
        backups.pack_files("private", backups.default_path("private-files", "tar"))
    except Exception as error:
        if force:
            return
        print("=" * 80)
        print(f"Error: The operation has stopped because backup of {site}'s database failed.")
        print(f"Reason: {error}\n")
        print("Fix the issue and try again.")
        print(f"Hint: Use 'bench drop-site {site} --force' to force the removal of {site}")
        sys.exit(1)


@click.command("install-app")
@click.argument("apps", nargs=-1, required=True)
@click.option("--force", is_flag=True, default=False, help="Run the installation again")
@pass_sites
def install_app(context, apps, force=False):
    "Install apps on sites"
    for site in all_sites(context):
        with frappe.session(site):
            for app in apps:
                installer.install_app(app, force or context["force"])


@click.command("uninstall-app")
@click.argument("app")
@click.option("--yes", "-y", is_flag=True, default=False, help="Do not ask")
@click.option("--dry-run", is_flag=True, default=False, help="Only say what would go")
@click.option("--no-backup", is_flag=True, default=False, help="Take no backup first")
@click.option("--force", is_flag=True, default=False, help="Go on even if the app is not installed")
@pass_sites
def uninstall_app(context, app, yes, dry_run, no_backup, force):
    "Remove an app and its tables from sites"
    for site in all_sites(context):
        with frappe.session(site):
            if app == "frappe" or (app not in installed_apps() and not force):
                print(f"App {app} is not installed on Site {site}")
                sys.exit(1)
            if not yes and not dry_run:
                click.confirm("All doctypes related to this app will be deleted. Continue?", abort=True)
            if not no_backup and not dry_run:
                print("Backing up...")
                backups.dump_database(backups.default_path("database", "sql.gz"))
            installer.uninstall_app(app, dry_run)


@click.command("list-apps")
@click.option("--format", "-f", "output", default="text", type=click.Choice(["text", "json"]))
@pass_sites
def list_apps(context, output):
    "List apps of sites"
    found = {}
    for site in all_sites(context):
        with frappe.session(site):
            found[site] = listed_apps() if output == "json" else installed_apps()
    if output == "json":
        print(json.dumps(found))
        return
    for site, apps in found.items():
        if len(found) > 1:
            print(site)
        width = max(len(app) for app in apps)
        for app in apps:
            print(f"{app.ljust(width)} {app_version(app)} {app_branch(app)}")


@click.command("set-admin-password")
@click.argument("admin-password", required=False)
@click.option("--logout-all-sessions", is_flag=True, default=False, help="End all sessions")
@pass_sites
def set_admin_password(context, admin_password=None, logout_all_sessions=False):
    "Set the Administrator's password"
    from frappe.auth import set_password
    from frappe.dbadmin import ask_password

    with frappe.session(one_site(context)):
        set_password("Administrator", admin_password or ask_password("Administrator's new password: "))
        frappe.db.commit()


commands = [new_site, use, drop_site, install_app, uninstall_app, list_apps, set_admin_password]
