"""The first rows of a new site, the same on every site."""

import datetime
import json

GROUPS = ("Bolts", "Nuts", "Screws", "Washers", "Tools")
UNITS = ("Nos", "Box", "Kg", "Meter")
TERRITORIES = ("North", "East", "South", "West", None)
STATUSES = ("Completed", "Completed", "Completed", "To Deliver", "Draft")
FIRST_DAY = datetime.date(2023, 1, 1)

ITEMS = 400
CUSTOMERS = 250

ITEM_COLUMNS = ("name", "item_name", "item_group", "attributes", "rate")
CUSTOMER_COLUMNS = ("name", "customer_name", "territory", "email")
ORDER_COLUMNS = ("name", "customer", "item", "qty", "rate", "status", "ordered_on", "remarks")


def items():
    """Items; their unit is one of their attributes."""
    for number in range(1, ITEMS + 1):
        attributes = json.dumps({"uom": UNITS[number % len(UNITS)], "weight": f"{number % 17 + 1} kg"})
        yield f"item-{number:04}", f"Item {number}", GROUPS[number % len(GROUPS)], attributes, number % 90 + 10


def customers():
    """Customers; one in five has no territory."""
    for number in range(1, CUSTOMERS + 1):
        territory = TERRITORIES[number % len(TERRITORIES)]
        yield f"CUST-{number:04}", f"Customer {number}", territory, f"customer{number}@example.com"


def orders(count):
    """Orders, spread over customers, items, states and days."""
    for number in range(1, count + 1):
        yield (
            f"SO-{number:06}",
            f"CUST-{number * 7 % CUSTOMERS + 1:04}",
            f"item-{number * 13 % ITEMS + 1:04}",
            number % 9 + 1,
            number % 90 + 10,
            STATUSES[number % len(STATUSES)],
            FIRST_DAY + datetime.timedelta(days=number % 700),
            f"Ordered by phone, call number {number}",
        )


def tables(order_count):
    """(DocType, columns, rows) for every table that a new site starts with."""
    return (
        ("Item", ITEM_COLUMNS, items()),
        ("Customer", CUSTOMER_COLUMNS, customers()),
        ("Sales Order", ORDER_COLUMNS, orders(order_count)),
    )
