"""Orders whose customer is gone cannot be invoiced: they go before they get amounts."""

import frappe


def execute():
    """Remove them."""
    frappe.db.sql(
        "DELETE FROM `tabSales Order` WHERE `customer` NOT IN (SELECT `name` FROM `tabCustomer`)"
    )
