"""Notes that exist stay visible to everyone."""

import frappe


def execute():
    """Mark them as public."""
    frappe.db.sql("UPDATE `tabNote` SET `public` = 1")
