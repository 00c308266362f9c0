"""What the web answers before a database is needed, and how requests are read."""

import io
import json
import os
import tempfile
import unittest
from unittest import mock

from frappe import app
from frappe.errors import InvalidRequest


def request(host="a.test", path="/api/method/ping", method="GET", body=b"", kind="", query=""):
    return {
        "HTTP_HOST": host,
        "PATH_INFO": path,
        "REQUEST_METHOD": method,
        "CONTENT_LENGTH": str(len(body)),
        "CONTENT_TYPE": kind,
        "QUERY_STRING": query,
        "wsgi.input": io.BytesIO(body),
    }


class RespondTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.sites = folder.name
        self.configure()

    def configure(self, **values):
        os.makedirs(os.path.join(self.sites, "a.test"), exist_ok=True)
        with open(os.path.join(self.sites, "a.test", "site_config.json"), "w", encoding="utf-8") as file:
            json.dump({"db_name": "a", **values}, file)

    def respond(self, **values):
        with mock.patch("frappe.connect"), mock.patch("frappe.app.answer", return_value=(200, "text/plain", "fine")):
            return app.respond(request(**values), self.sites)

    def test_known_host(self):
        self.assertEqual(self.respond()[0], 200)
        self.assertEqual(self.respond(host="A.test:8000")[0], 200)

    def test_unknown_host(self):
        for host in ("b.test", "", "../a.test", "a.test/../a.test", "<b>"):
            with self.subTest(host):
                self.assertEqual(self.respond(host=host)[0], 404)

    def test_maintenance(self):
        self.configure(maintenance_mode=1)
        status, _, body, headers = self.respond()
        self.assertEqual((status, headers), (503, [("Retry-After", "5")]))
        self.assertIn("Updating", body)

    def test_reads_during_maintenance(self):
        self.configure(maintenance_mode=1, allow_reads_during_maintenance=1)
        self.assertEqual(self.respond()[0], 200)
        self.assertEqual(self.respond(method="POST")[0], 503)


class ArgumentsTest(unittest.TestCase):
    def test_sources(self):
        self.assertEqual(app.arguments(request(query="a=1")), {"a": "1"})
        self.assertEqual(app.arguments(request(body=b"a=2", query="b=1")), {"a": "2", "b": "1"})
        self.assertEqual(app.arguments(request(body=b'{"a": 3}', kind="application/json")), {"a": 3})

    def test_refused(self):
        for body in (b"{", b"[1]", b" " * (app.LONGEST_BODY + 1)):
            with self.assertRaises(InvalidRequest):
                app.arguments(request(body=body, kind="application/json"))
