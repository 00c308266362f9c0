"""What orders cost."""

import unittest
from decimal import Decimal

from shop.amounts import order_amounts


class OrderAmountsTest(unittest.TestCase):
    def test_amounts(self):
        for qty, rate, want in (
            (1, "10", ("10.00", "1.90", "11.90")),
            (3, "0.333", ("1.00", "0.19", "1.19")),
            (10, "10", ("95.00", "18.05", "113.05")),
        ):
            with self.subTest(qty=qty, rate=rate):
                self.assertEqual(order_amounts(qty, Decimal(rate)), tuple(map(Decimal, want)))
