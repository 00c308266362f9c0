"""How much of each item is ordered and delivered, in a table of its own."""

import frappe


def execute():
    """Create the table and fill it from the orders."""
    frappe.db.sql(
        "CREATE TABLE IF NOT EXISTS `tabStock Balance` (`item` varchar(140) NOT NULL PRIMARY KEY,"
        " `ordered` bigint NOT NULL, `delivered` bigint NOT NULL) ENGINE=InnoDB ROW_FORMAT=DYNAMIC"
    )
    frappe.db.sql("DELETE FROM `tabStock Balance`")
    frappe.db.sql(
        "INSERT INTO `tabStock Balance` SELECT `item`, SUM(`qty`), SUM(IF(`status` = 'Completed', `qty`, 0))"
        " FROM `tabSales Order` GROUP BY `item`"
    )
