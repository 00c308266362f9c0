"""The first rows of a new site, the same on every site."""

import datetime
import json

from shop.amounts import order_amounts

GROUPS = ("Bolts", "Nuts", "Screws", "Washers", "Tools")
UNITS = ("Nos", "Box", "Kg", "Meter")
REGIONS = ("North", "East", "South", "West", "Online")
STATUSES = ("Completed", "Completed", "Completed", "To Deliver", "Draft")
FIRST_DAY = datetime.date(2023, 1, 1)

ITEMS = 400
CUSTOMERS = 250

ITEM_COLUMNS = ("name", "item_name", "item_group", "attributes", "rate", "uom")
UNIT_COLUMNS = ("name", "whole_numbers_only")
CUSTOMER_COLUMNS = ("name", "customer_name", "region", "email")
ORDER_COLUMNS = ("name", "customer", "item", "qty", "rate", "status", "ordered_on",
                 "net_amount", "tax_amount", "total")
LINE_COLUMNS = ("name", "idx", "order", "item", "qty", "net_amount")


def items():
    """Items with their units."""
    for number in range(1, ITEMS + 1):
        uom = UNITS[number % len(UNITS)]
        attributes = json.dumps({"uom": uom, "weight": f"{number % 17 + 1} kg"})
        yield f"ITEM-{number:04}", f"Item {number}", GROUPS[number % len(GROUPS)], attributes, number % 90 + 10, uom


def customers():
    """Customers; one in five buys online."""
    for number in range(1, CUSTOMERS + 1):
        region = REGIONS[number % len(REGIONS)]
        yield f"CUST-{number:04}", f"Customer {number}", region, f"customer{number}@example.com"


def orders(count):
    """Orders, spread over customers, items, states and days."""
    for number in range(1, count + 1):
        qty, rate = number % 9 + 1, number % 90 + 10
        yield (
            f"SO-{number:06}",
            f"CUST-{number * 7 % CUSTOMERS + 1:04}",
            f"ITEM-{number * 13 % ITEMS + 1:04}",
            qty,
            rate,
            STATUSES[number % len(STATUSES)],
            FIRST_DAY + datetime.timedelta(days=number % 700),
            *order_amounts(qty, rate),
        )


def lines(count):
    """One line for each order."""
    for name, _customer, item, qty, _rate, _status, _day, net_amount, *_ in orders(count):
        yield f"{name}-1", 1, name, item, qty, net_amount


def units():
    """The units that items are sold in."""
    for name in UNITS:
        yield name, int(name in ("Nos", "Box"))


def tables(order_count):
    """(DocType, columns, rows) for every table that a new site starts with."""
    return (
        ("Unit", UNIT_COLUMNS, units()),
        ("Item", ITEM_COLUMNS, items()),
        ("Customer", CUSTOMER_COLUMNS, customers()),
        ("Sales Order", ORDER_COLUMNS, orders(order_count)),
        ("Sales Order Line", LINE_COLUMNS, lines(order_count)),
    )
