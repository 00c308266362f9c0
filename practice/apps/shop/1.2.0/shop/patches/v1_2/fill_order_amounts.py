"""Every order carries its net amount, tax and total."""

import frappe
from frappe.utils import update_progress_bar
from shop.amounts import order_amounts

BATCH = 500


def execute():
    """Work them out, order by order: rounding is per order, so no single statement can do it."""
    rows = frappe.db.sql("SELECT `name`, `qty`, `rate` FROM `tabSales Order` ORDER BY `name`")
    for done, (name, qty, rate) in enumerate(rows):
        frappe.db.sql(
            "UPDATE `tabSales Order` SET `net_amount` = %s, `tax_amount` = %s, `total` = %s WHERE `name` = %s",
            (*order_amounts(qty, rate), name),
        )
        if done % BATCH == BATCH - 1 or done == len(rows) - 1:
            update_progress_bar("Filling amounts of orders", done, len(rows))
    print()
