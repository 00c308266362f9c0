"""Item codes are upper case from now on, in orders too."""

import frappe


def execute():
    """Rewrite the codes where they differ."""
    frappe.db.sql("UPDATE `tabItem` SET `name` = UPPER(`name`) WHERE BINARY `name` != BINARY UPPER(`name`)")
    frappe.db.sql("UPDATE `tabSales Order` SET `item` = UPPER(`item`) WHERE BINARY `item` != BINARY UPPER(`item`)")
