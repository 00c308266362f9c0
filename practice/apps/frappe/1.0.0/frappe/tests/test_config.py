"""Configuration files are replaced whole or not at all."""

import json
import os
import tempfile
import unittest
from unittest import mock

from frappe import config


class ConfigTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.path = os.path.join(folder.name, "site_config.json")

    def test_missing_file_is_empty(self):
        self.assertEqual(config.read_json(self.path), {})

    def test_set_and_remove(self):
        config.set_config(self.path, "maintenance_mode", "1")
        self.assertEqual(config.read_json(self.path), {"maintenance_mode": 1})
        config.set_config(self.path, "maintenance_mode", None)
        self.assertEqual(config.read_json(self.path), {})

    def test_full_disk_leaves_old_content(self):
        config.write_json(self.path, {"db_name": "old"})
        full = OSError(28, "No space left on device")
        with mock.patch("os.fsync", side_effect=full), self.assertRaises(OSError):
            config.write_json(self.path, {"db_name": "new"})
        self.assertEqual(config.read_json(self.path), {"db_name": "old"})
        self.assertEqual(os.listdir(self.folder), ["site_config.json"])

    def test_mode_is_kept(self):
        config.write_json(self.path, {})
        os.chmod(self.path, 0o600)
        config.write_json(self.path, {"a": 1})
        self.assertEqual(os.stat(self.path).st_mode & 0o777, 0o600)

    def test_plain_values(self):
        given = ("0", "1", "true", "false", "x", 7)
        self.assertEqual([config.plain_value(value) for value in given], [0, 1, True, False, "x", 7])

    def test_site_wins_over_common_and_environment_over_both(self):
        os.mkdir(os.path.join(self.folder, "a.test"))
        files = {"common_site_config.json": {"db_host": "c", "db_port": 1}, "a.test/site_config.json": {"db_port": 2}}
        for name, values in files.items():
            with open(os.path.join(self.folder, name), "w", encoding="utf-8") as file:
                json.dump({**values, "db_name": "d"}, file)
        with mock.patch.dict(os.environ, {"FRAPPE_DB_HOST": "e"}):
            found = config.site_config(self.folder, "a.test")
        self.assertEqual((found["db_host"], found["db_port"], found["db_user"]), ("e", 2, "d"))
