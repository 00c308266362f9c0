"""Drafts from 2023 will not be delivered any more."""

import frappe


def execute():
    """Close them."""
    frappe.db.sql(
        "UPDATE `tabSales Order` SET `status` = 'Completed' WHERE `status` = 'Draft' AND `ordered_on` < '2024-01-01'"
    )
