"""Reports ask for orders by day and status."""

import frappe


def execute():
    """Rebuild the table with an index for them."""
    if "day_status" not in frappe.db.indexes("tabSales Order"):
        frappe.db.sql("ALTER TABLE `tabSales Order` ADD INDEX `day_status` (`ordered_on`, `status`)")
