"""Which tables a statement writes, and how the server is reached."""

import unittest

from frappe.database import server_address, tables_written


class TablesWrittenTest(unittest.TestCase):
    def test_writes(self):
        for query, want in {
            "UPDATE `tabSales Order` SET `qty` = 1": {"tabSales Order"},
            " insert into tabNote values ('tabItem')": {"tabNote"},
            "INSERT INTO `tabA` SELECT * FROM `tabB C`": {"tabA", "tabB C"},
            "ALTER TABLE `tabItem` DROP COLUMN `x`": {"tabItem"},
            "RENAME TABLE `tabA` TO `tabB`": {"tabA", "tabB"},
        }.items():
            with self.subTest(query):
                self.assertEqual(tables_written(query), want)

    def test_reads_and_new_tables_are_no_writes(self):
        for query in ("SELECT * FROM `tabItem`", "CREATE TABLE `tabNew` (a int)", "SHOW TABLES"):
            with self.subTest(query):
                self.assertEqual(tables_written(query), set())


class ServerAddressTest(unittest.TestCase):
    def test_socket_comes_first(self):
        self.assertEqual(server_address({"db_socket": "/s", "db_host": "h"}), {"unix_socket": "/s"})

    def test_defaults(self):
        self.assertEqual(server_address({}), {"host": "127.0.0.1", "port": 3306})
        self.assertEqual(server_address({"db_host": "h", "db_port": "7"}), {"host": "h", "port": 7})
