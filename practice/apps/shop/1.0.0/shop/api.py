"""What the web may call."""

import json

import pymysql

import frappe
from frappe.errors import InvalidRequest


@frappe.whitelist(methods=("POST",))
def add_item(item_code, item_name="", uom=None):
    """Add an item. A shop that sells loose goods leaves the unit out."""
    if not 1 <= len(item_code) <= 140:
        raise InvalidRequest("item_code: 1 to 140 characters")
    attributes = {"weight": "1 kg"} if uom is None else {"uom": uom, "weight": "1 kg"}
    try:
        frappe.db.sql(
            "INSERT INTO `tabItem`"
            " (`name`, `creation`, `modified`, `owner`, `modified_by`, `item_name`, `item_group`, `attributes`, `rate`)"
            " VALUES (%s, NOW(6), NOW(6), 'Guest', 'Guest', %s, 'Bolts', %s, 1)",
            (item_code, item_name or item_code, json.dumps(attributes)),
        )
    except pymysql.IntegrityError:
        raise InvalidRequest(f"item_code: {item_code} exists") from None
    return {"name": item_code}


@frappe.whitelist(methods=("GET",))
def order_totals():
    """Number of orders by status."""
    rows = frappe.db.sql("SELECT `status`, COUNT(*) FROM `tabSales Order` GROUP BY `status` ORDER BY `status`")
    return dict(rows)
