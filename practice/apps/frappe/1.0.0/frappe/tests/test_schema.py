"""From fields to columns."""

import unittest
from unittest import mock

from frappe import schema


class Recorder:
    """A database that has one table and notes what it is asked."""

    def __init__(self, columns, indexes=()):
        self.present, self.known, self.queries = columns, set(indexes), []

    def columns(self, _table):
        return self.present

    def indexes(self, _table):
        return self.known

    def sql(self, query, values=None):
        self.queries.append(query)


class SchemaTest(unittest.TestCase):
    def sync(self, fields, columns, indexes=()):
        database = Recorder({**schema.STANDARD, **columns} if columns is not None else {}, indexes)
        with mock.patch.object(schema.frappe.local, "db", database):
            schema.sync_table({"name": "Item", "fields": fields})
        return database.queries

    def test_column_types(self):
        self.assertEqual(schema.column_type({"fieldtype": "Data", "length": 20}), "varchar(20)")
        self.assertIsNone(schema.column_type({"fieldtype": "Section Break"}))

    def test_new_table(self):
        (query,) = self.sync([{"fieldname": "uom", "fieldtype": "Data", "search_index": 1}], None)
        self.assertTrue(query.startswith("CREATE TABLE `tabItem`"))
        self.assertIn("INDEX `uom` (`uom`)", query)

    def test_added_and_widened(self):
        fields = [{"fieldname": "rate", "fieldtype": "Currency"}, {"fieldname": "note", "fieldtype": "Text"}]
        (query,) = self.sync(fields, {"note": "varchar(140)"})
        added = "ADD COLUMN `rate` decimal(21,9) NOT NULL DEFAULT 0.000000000"
        self.assertEqual(query, f"ALTER TABLE `tabItem` {added}, MODIFY `note` longtext")

    def test_nothing_to_do(self):
        self.assertEqual(self.sync([{"fieldname": "qty", "fieldtype": "Int"}], {"qty": "int(11)", "gone": "text"}), [])
        self.assertEqual(self.sync([{"fieldname": "qty", "fieldtype": "Int"}], {"qty": "int"}), [])
