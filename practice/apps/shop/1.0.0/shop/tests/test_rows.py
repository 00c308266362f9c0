"""The rows of a new site."""

import unittest

from shop import rows


class RowsTest(unittest.TestCase):
    def test_same_every_time(self):
        first = [(name, list(values)) for name, _, values in rows.tables(50)]
        self.assertEqual(first, [(name, list(values)) for name, _, values in rows.tables(50)])

    def test_names_are_unique_and_columns_match(self):
        for name, columns, values in rows.tables(50):
            with self.subTest(name):
                values = list(values)
                self.assertEqual(len({row[0] for row in values}), len(values))
                self.assertEqual({len(row) for row in values}, {len(columns)})

    def test_orders_name_what_exists(self):
        found = {name: {row[0] for row in values} for name, _, values in rows.tables(500)}
        for row in rows.orders(500):
            self.assertIn(row[1], found["Customer"])
            self.assertIn(row[2], found["Item"])
