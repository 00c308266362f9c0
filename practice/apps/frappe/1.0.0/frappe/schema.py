"""DocTypes, described in JSON files, and the tables they stand for."""

import glob
import hashlib
import json
import re

import frappe
from frappe.registry import app_path, read_lines
from frappe.utils import scrub, update_progress_bar

STANDARD = {
    "name": "varchar(140) NOT NULL",
    "creation": "datetime(6)",
    "modified": "datetime(6)",
    "modified_by": "varchar(140)",
    "owner": "varchar(140)",
    "docstatus": "tinyint(4) NOT NULL DEFAULT 0",
    "idx": "int(11) NOT NULL DEFAULT 0",
}
TYPES = {
    "Check": "tinyint(4) NOT NULL DEFAULT 0",
    "Code": "longtext",
    "Currency": "decimal(21,9) NOT NULL DEFAULT 0.000000000",
    "Data": "varchar(140)",
    "Date": "date",
    "Datetime": "datetime(6)",
    "Float": "decimal(21,9) NOT NULL DEFAULT 0.000000000",
    "Int": "int(11) NOT NULL DEFAULT 0",
    "Link": "varchar(140)",
    "Long Text": "longtext",
    "Select": "varchar(140)",
    "Small Text": "text",
    "Text": "longtext",
}


def doctype_files(app):
    """Paths of the app's DocType files, module by module."""
    files = []
    for module in read_lines(app_path(app, "modules.txt")):
        files += sorted(glob.glob(app_path(app, scrub(module), "doctype", "*", "*.json")))
    return files


def app_doctypes(app):
    """Names of the app's DocTypes."""
    return [load(path)["name"] for path in doctype_files(app)]


def load(path):
    """The DocType in a file."""
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def column_type(field):
    """The SQL type of a field; None for fields that only lay out a form."""
    sql = TYPES.get(field["fieldtype"])
    if sql and field.get("length"):
        sql = re.sub(r"\(\d+\)", f"({field['length']})", sql, count=1)
    return sql


def wanted_columns(doctype):
    """Column name → SQL type for a DocType's table."""
    columns = dict(STANDARD)
    for field in doctype["fields"]:
        sql = column_type(field)
        if sql:
            columns[field["fieldname"]] = sql
    return columns


def sync_app(app):
    """Bring the tables of an app's DocTypes to what its files say, with a progress bar."""
    files = doctype_files(app)
    for done, path in enumerate(files):
        if sync_file(path):
            frappe.db.commit()
        update_progress_bar(f"Updating DocTypes for {app}", done, len(files))
    if files:
        print()


def sync_file(path):
    """Bring one table up to date; False when the file is the one that was seen last."""
    with open(path, "rb") as file:
        text = file.read()
    doctype = json.loads(text)
    digest = hashlib.md5(text, usedforsecurity=False).hexdigest()
    if "tabDocType" not in frappe.db.tables():
        sync_table(load(app_path("frappe", "core", "doctype", "doctype", "doctype.json")))
    if _stored_hash(doctype["name"]) == digest:
        return False
    sync_table(doctype)
    frappe.db.sql(
        "INSERT INTO `tabDocType` (`name`, `creation`, `modified`, `owner`, `modified_by`, `module`, `migration_hash`)"
        " VALUES (%s, NOW(6), NOW(6), 'Administrator', 'Administrator', %s, %s)"
        " ON DUPLICATE KEY UPDATE `modified` = NOW(6), `migration_hash` = VALUES(`migration_hash`)",
        (doctype["name"], doctype["module"], digest),
    )
    return True


def sync_table(doctype):
    """Create a DocType's table, or add what it lacks; columns are never removed."""
    table = "tab" + doctype["name"]
    wanted = wanted_columns(doctype)
    present = frappe.db.columns(table)
    if not present:
        lines = [f"`{name}` {sql}" for name, sql in wanted.items()] + ["PRIMARY KEY (`name`)"]
        lines += [f"INDEX `{name}` (`{name}`)" for name in _indexed(doctype)]
        frappe.db.sql(f"CREATE TABLE `{table}` ({', '.join(lines)}) ENGINE=InnoDB ROW_FORMAT=DYNAMIC")
        return
    changes = []
    for name, sql in wanted.items():
        if name not in present:
            changes.append(f"ADD COLUMN `{name}` {sql}")
        elif _bare_type(present[name]) != _bare_type(sql):
            changes.append(f"MODIFY `{name}` {sql}")
    existing = frappe.db.indexes(table)
    changes += [f"ADD INDEX `{name}` (`{name}`)" for name in _indexed(doctype) if name not in existing]
    if changes:
        frappe.db.sql(f"ALTER TABLE `{table}` {', '.join(changes)}")


def drop_doctype(name):
    """Remove a DocType with its table and rows."""
    frappe.db.sql(f"DROP TABLE IF EXISTS `tab{name}`")
    frappe.db.sql("DELETE FROM `tabDocType` WHERE `name` = %s", (name,))


def _indexed(doctype):
    return [field["fieldname"] for field in doctype["fields"] if field.get("search_index")]


def _stored_hash(name):
    rows = frappe.db.sql("SELECT `migration_hash` FROM `tabDocType` WHERE `name` = %s", (name,))
    return rows[0][0] if rows else None


def _bare_type(sql):
    """The type without its attributes, and without the display width that servers may leave out."""
    bare = re.split(r" (?:NOT NULL|DEFAULT)", sql)[0].strip().lower()
    return re.sub(r"^(tinyint|int|bigint)\(\d+\)$", r"\1", bare)
