"""The two forms of patches.txt."""

import os
import tempfile
import unittest

from frappe import patching

SECTIONS = "[pre_model_sync]\na.first\n# a comment\n\n[post_model_sync]\na.second #2026-01-01\na.third\n"


class PatchesFileTest(unittest.TestCase):
    def read(self, text, section=None):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "patches.txt")
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)
            return patching.read_patches(path, section)

    def test_sections(self):
        self.assertEqual(self.read(SECTIONS, patching.PRE_MODEL_SYNC), ["a.first"])
        self.assertEqual(self.read(SECTIONS, patching.POST_MODEL_SYNC), ["a.second #2026-01-01", "a.third"])
        self.assertEqual(self.read(SECTIONS), ["a.first", "a.second #2026-01-01", "a.third"])

    def test_plain_lines_run_before_tables_change(self):
        self.assertEqual(self.read("a.first\n\n# no\na.second\n", patching.PRE_MODEL_SYNC), ["a.first", "a.second"])
        self.assertEqual(self.read("a.first\n", patching.POST_MODEL_SYNC), [])

    def test_empty(self):
        self.assertEqual(self.read(""), [])
