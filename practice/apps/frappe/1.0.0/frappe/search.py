"""The search index of a site, one row per document."""

import frappe
from frappe import schema
from frappe.registry import installed_apps
from frappe.utils import update_progress_bar

BATCH = 2000


def build_index():
    """Rebuild `__global_search` from all DocTypes that have searchable fields."""
    doctypes = searchable()
    frappe.db.sql("DELETE FROM `__global_search`")
    for done, (name, fields) in enumerate(doctypes):
        _index(name, fields)
        frappe.db.commit()
        update_progress_bar("Building search index", done, len(doctypes))
    if doctypes:
        print()


def searchable():
    """(DocType, its searchable fields that have a column) for all apps of the site."""
    found = []
    for app in installed_apps():
        for path in schema.doctype_files(app):
            doctype = schema.load(path)
            columns = frappe.db.columns("tab" + doctype["name"])
            fields = [f["fieldname"] for f in doctype["fields"] if f.get("in_global_search")]
            fields = [field for field in fields if field in columns]
            if fields:
                found.append((doctype["name"], fields))
    return found


def _index(doctype, fields):
    names = ", ".join(f"`{field}`" for field in fields)
    last = ""
    while True:
        rows = frappe.db.sql(
            f"SELECT `name`, {names} FROM `tab{doctype}` WHERE `name` > %s ORDER BY `name` LIMIT {BATCH}", (last,)
        )
        if not rows:
            return
        last = rows[-1][0]
        frappe.db.insert_many(
            "__global_search",
            ("doctype", "name", "title", "content"),
            [(doctype, row[0], str(row[1] or "")[:140], _content(fields, row[1:])) for row in rows],
        )


def _content(fields, values):
    return " ||| ".join(f"{field} : {value}" for field, value in zip(fields, values, strict=True) if value)
