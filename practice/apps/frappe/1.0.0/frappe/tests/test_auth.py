"""Stored passwords."""

import unittest

from frappe.auth import hash_password, verify_password


class PasswordTest(unittest.TestCase):
    def test_right_and_wrong(self):
        stored = hash_password("secret")
        self.assertTrue(verify_password("secret", stored))
        self.assertFalse(verify_password("Secret", stored))

    def test_salted(self):
        self.assertNotEqual(hash_password("secret"), hash_password("secret"))

    def test_nonsense_never_matches(self):
        for stored in ("", "secret", "$md5$1$a$b", "$a$b"):
            self.assertFalse(verify_password("secret", stored))
