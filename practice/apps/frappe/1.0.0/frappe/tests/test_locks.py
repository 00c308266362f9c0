"""A lock is held by one at a time."""

import os
import tempfile
import unittest
from unittest import mock

import frappe
from frappe.errors import LockTimeout
from frappe.locks import filelock


class FileLockTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        os.mkdir(os.path.join(folder.name, "a.test"))
        for name, value in (("sites_path", folder.name), ("site", "a.test")):
            patch = mock.patch.object(frappe.local, name, value)
            patch.start()
            self.addCleanup(patch.stop)

    def test_second_holder_gives_up(self):
        with filelock("migrate"), self.assertRaises(LockTimeout), filelock("migrate", timeout=0):
            self.fail("two hold the lock")

    def test_free_again(self):
        for _ in range(2):
            with filelock("migrate", timeout=0):
                pass
