"""The commit of a checkout, in the forms in which git keeps it."""

import os
import tempfile
import unittest

from frappe.registry import head_commit

COMMIT = "0123456789abcdef0123456789abcdef01234567"


class HeadCommitTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def write(self, path, text):
        path = os.path.join(self.folder, path)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text + "\n")

    def test_commit(self):
        self.write(".git/HEAD", COMMIT)
        self.assertEqual(head_commit(self.folder), ("HEAD", COMMIT))

    def test_branch(self):
        self.write(".git/HEAD", "ref: refs/heads/main")
        self.write(".git/refs/heads/main", COMMIT)
        self.assertEqual(head_commit(self.folder), ("main", COMMIT))

    def test_packed_branch(self):
        self.write(".git/HEAD", "ref: refs/heads/main")
        self.write(".git/packed-refs", f"# pack-refs with: peeled\n{COMMIT} refs/heads/main")
        self.assertEqual(head_commit(self.folder), ("main", COMMIT))

    def test_linked_work_tree(self):
        self.write("tree/.git", f"gitdir: {self.folder}/repo.git/worktrees/tree")
        self.write("repo.git/worktrees/tree/HEAD", "ref: refs/heads/main")
        self.write("repo.git/worktrees/tree/commondir", "../..")
        self.write("repo.git/refs/heads/main", COMMIT)
        self.assertEqual(head_commit(os.path.join(self.folder, "tree")), ("main", COMMIT))

    def test_no_checkout(self):
        self.assertEqual(head_commit(self.folder), ("HEAD", ""))
