"""Filling the tables of a new site, and planting a row that spoils a migration."""

import frappe
from shop.rows import tables

CREATED = "2024-01-01 00:00:00"
STANDARD = {"creation": CREATED, "modified": CREATED, "owner": "Administrator", "modified_by": "Administrator"}
ORDERS = 20000
LOOSE_ITEM = "ITEM-LOOSE"


def after_install():
    """Fill the tables; `practice_orders` in the configuration says with how many orders."""
    for doctype, columns, rows in tables(int(frappe.conf.get("practice_orders") or ORDERS)):
        insert(doctype, columns, rows)
    if frappe.conf.get("practice_broken_item"):
        plant_item_without_uom()


def plant_item_without_uom():
    """Write an item as old imports left them, with no unit among its attributes. Returns its name."""
    remove_item_without_uom()
    columns = ("name", "item_name", "item_group", "attributes", "rate")
    insert("Item", columns, [(LOOSE_ITEM, "Loose goods", "Bolts", '{"weight": "1 kg"}', 1)])
    return LOOSE_ITEM


def remove_item_without_uom():
    """Take that item away again."""
    frappe.db.sql("DELETE FROM `tabItem` WHERE `name` = %s", (LOOSE_ITEM,))


def insert(doctype, columns, rows):
    """Insert rows with the columns that every DocType has."""
    fixed = tuple(STANDARD.values())
    frappe.db.insert_many("tab" + doctype, (*columns, *STANDARD), [(*row, *fixed) for row in rows])
