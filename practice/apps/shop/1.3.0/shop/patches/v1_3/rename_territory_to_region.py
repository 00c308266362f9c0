"""A customer's territory is called region, as in the reports."""

import frappe


def execute():
    """Rename the column and its index, with what is in it."""
    if "territory" in frappe.db.columns("tabCustomer"):
        frappe.db.sql(
            "ALTER TABLE `tabCustomer` CHANGE `territory` `region` varchar(140),"
            " DROP INDEX `territory`, ADD INDEX `region` (`region`)"
        )
