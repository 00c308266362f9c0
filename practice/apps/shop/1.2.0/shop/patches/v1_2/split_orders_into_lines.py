"""What an order is for moves to lines of its own."""

import frappe


def execute():
    """One line for each order that has none."""
    frappe.db.sql(
        "INSERT INTO `tabSales Order Line`"
        " (`name`, `creation`, `modified`, `owner`, `modified_by`, `idx`, `order`, `item`, `qty`, `net_amount`)"
        " SELECT CONCAT(`name`, '-1'), `creation`, `modified`, `owner`, `modified_by`, 1,"
        " `name`, `item`, `qty`, `net_amount` FROM `tabSales Order`"
        " WHERE `name` NOT IN (SELECT `order` FROM `tabSales Order Line`)"
    )
