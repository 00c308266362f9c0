"""The unit of an item moves from its attributes to a column, so that it can be asked for."""

import json

import frappe

BATCH = 100


def execute():
    """Copy it, and make a Unit of every unit in use."""
    items = frappe.db.sql("SELECT `name`, `attributes` FROM `tabItem` ORDER BY `name`")
    for done, (name, attributes) in enumerate(items):
        unit = json.loads(attributes)["uom"]
        frappe.db.sql("UPDATE `tabItem` SET `uom` = %s WHERE `name` = %s", (unit, name))
        frappe.db.sql(
            "INSERT IGNORE INTO `tabUnit`"
            " (`name`, `creation`, `modified`, `owner`, `modified_by`, `whole_numbers_only`)"
            " VALUES (%s, NOW(6), NOW(6), 'Administrator', 'Administrator', %s)",
            (unit, int(unit in ("Nos", "Box"))),
        )
        if done % BATCH == BATCH - 1:
            frappe.db.commit()
