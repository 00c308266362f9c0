"""The line that is redrawn."""

import io
import unittest
from contextlib import redirect_stdout
from unittest import mock

from frappe.utils import scrub, update_progress_bar


class ProgressBarTest(unittest.TestCase):
    def test_line(self):
        output = io.StringIO()
        with redirect_stdout(output), mock.patch("os.get_terminal_size", side_effect=OSError):
            update_progress_bar("Updating DocTypes for shop", 2, 8)
        want = "\rUpdating DocTypes for shop          : [" + "=" * 15 + " " * 25 + "] 37%"
        self.assertEqual(output.getvalue(), want)

    def test_scrub(self):
        self.assertEqual(scrub("Sales Order"), "sales_order")
