"""Commands that take and restore backups."""

import functools
import json
import os
import sys
import time

import click

import frappe
from frappe import backups, installer
from frappe.commands import all_sites, one_site, pass_sites
from frappe.commands.site import root_options
from frappe.dbadmin import login_scope


@click.command("backup")
@click.option("--with-files", is_flag=True, default=False, help="Back up files too")
@click.option("--backup-path", help="Folder for all files of this backup")
@click.option("--backup-path-db", help="Path of the database dump")
@click.option("--backup-path-files", help="Path of the archive of public files")
@click.option("--backup-path-private-files", help="Path of the archive of private files")
@click.option("--backup-path-conf", help="Path of the copy of site_config.json")
@click.option("--compress", is_flag=True, default=False, help="Compress archives of files")
@click.option("--verbose", is_flag=True, default=False, help="Verbose")
@pass_sites
def backup(
    context, with_files, backup_path, backup_path_db, backup_path_files, backup_path_private_files, backup_path_conf,
    compress, verbose,
):
    "Back up sites"
    extension = "tgz" if compress else "tar"
    failed = False
    for site in all_sites(context):
        with frappe.session(site):
            target = functools.partial(_target, backup_path)
            try:
                written = {"Config": _copy_config(target(backup_path_conf, "site_config_backup", "json"))}
                written["Database"] = backups.dump_database(target(backup_path_db, "database", "sql.gz"))
                if with_files:
                    written["Public"] = backups.pack_files("public", target(backup_path_files, "files", extension))
                    private = target(backup_path_private_files, "private-files", extension)
                    written["Private"] = backups.pack_files("private", private)
            except Exception as error:
                print(f"Backup failed for Site {site}. Database or site_config.json may be corrupted")
                print(error, file=sys.stderr)
                failed = True
                continue
        print(f"Backup Summary for {site} at {time.strftime('%Y-%m-%d %H:%M:%S')}")
        for kind, path in written.items():
            print(f"{kind.ljust(8)}: {path} {backups.readable_size(path)}")
        print(f"Backup for Site {site} has been successfully completed{' with files' if with_files else ''}")
    sys.exit(1 if failed else 0)


def _target(folder, given, kind, extension):
    """Where one file of a backup goes: where it was asked for, else under a name with the moment in it."""
    path = given or backups.default_path(kind, extension)
    return os.path.join(folder, os.path.basename(path)) if folder and not given else path


def _copy_config(path):
    os.makedirs(os.path.dirname(os.path.abspath(path)), exist_ok=True)
    with open(frappe.site_path("site_config.json"), encoding="utf-8") as file:
        values = json.load(file)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(values, file, indent=1, sort_keys=True)
    return os.path.abspath(path)


@click.command("restore")
@click.argument("sql-file-path")
@root_options
@click.option("--db-name", help="Database name for a site that is new")
@click.option("--admin-password", help="Administrator password from now on")
@click.option("--with-public-files", help="Restore the public files from this archive")
@click.option("--with-private-files", help="Restore the private files from this archive")
@click.option("--force", is_flag=True, default=False, help="Do not ask")
@pass_sites
def restore(
    context, sql_file_path, root_username, root_password, db_name, admin_password, with_public_files,
    with_private_files, force,
):
    "Restore a site's database from a dump: everything in it now is lost"
    from frappe.auth import set_password

    site = one_site(context)
    path = next((p for p in (sql_file_path, os.path.join("..", sql_file_path)) if os.path.exists(p)), None)
    if path is None:
        print(f"Invalid path {sql_file_path}")
        sys.exit(1)
    with frappe.session(site, connected=False):
        if not (force or context["force"]):
            click.confirm(f"This replaces the database of {site}. Continue?", abort=True)
        if db_name:
            installer.write_site_config({"db_name": db_name, "db_user": db_name})
        print("*** Restoring the database ***")
        installer.create_database((root_username, root_password), login_scope(frappe.conf), force=True)
        backups.load_database(path)
        frappe.connect()
        if admin_password:
            set_password("Administrator", admin_password)
            frappe.db.commit()
        for folder, archive in (("public", with_public_files), ("private", with_private_files)):
            if archive:
                backups.unpack_files(folder, archive)
    files = " with files" if with_public_files or with_private_files else ""
    print(f"Site {site} has been restored{files}")


commands = [backup, restore]
