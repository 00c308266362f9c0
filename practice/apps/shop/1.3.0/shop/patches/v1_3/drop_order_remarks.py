"""Nobody reads the remarks of orders, and they are a quarter of the table."""

import frappe


def execute():
    """Drop the column."""
    if "remarks" in frappe.db.columns("tabSales Order"):
        frappe.db.sql("ALTER TABLE `tabSales Order` DROP COLUMN `remarks`")
