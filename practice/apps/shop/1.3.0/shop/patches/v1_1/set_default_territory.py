"""Customers without a region (once: territory) buy online."""

import frappe


def execute():
    """Fill the gaps."""
    frappe.db.sql("UPDATE `tabCustomer` SET `region` = 'Online' WHERE `region` IS NULL")
