"""The WSGI application: one process serves all sites of the bench, told apart by host name."""

import json
import os
import re
import traceback

import pymysql

import frappe
from frappe import pages, routes
from frappe.errors import InvalidRequest, NotPermitted, Redirect, SiteNotFound

HOST = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?")
LONGEST_BODY = 1 << 20
RETRY_SECONDS = "5"
REASONS = {
    200: "OK",
    302: "Found",
    400: "Bad Request",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    500: "Internal Server Error",
    503: "Service Unavailable",
}


def application(environ, start_response):
    """Answer one request."""
    status, kind, body, headers = respond(environ, os.environ.get("SITES_PATH", "."))
    content = body.encode()
    headers = [
        ("Content-Type", kind),
        ("Content-Length", str(len(content))),
        ("Cache-Control", "no-store"),
        *headers,
    ]
    start_response(f"{status} {REASONS[status]}", headers)
    return [b""] if environ["REQUEST_METHOD"] == "HEAD" else [content]


def respond(environ, sites_path):
    """(status, content type, body, extra headers) for a request."""
    site = site_name(environ)
    try:
        frappe.init(site, sites_path)
    except SiteNotFound:
        return 404, "text/html; charset=utf-8", pages.not_found(site), []
    try:
        if frappe.conf.get("maintenance_mode") and not read_allowed(environ):
            return 503, "text/html; charset=utf-8", pages.updating(site), [("Retry-After", RETRY_SECONDS)]
        frappe.connect()
        frappe.flags["sid"] = session_cookie(environ)
        status, kind, body = answer(environ)
        return status, kind, body, []
    except Redirect as redirect:
        return 302, "text/html; charset=utf-8", "", redirect.headers
    except pymysql.MySQLError as error:
        traceback.print_exc()
        return *failure(500, error), []
    finally:
        frappe.destroy()


def answer(environ):
    """Call what the path names; what it wrote is committed when it returns."""
    try:
        kind, body = routes.dispatch(environ["REQUEST_METHOD"], environ["PATH_INFO"], arguments(environ))
        frappe.db.commit()
        return 200, kind, body
    except (InvalidRequest, NotPermitted, routes.NoRoute, routes.WrongMethod) as error:
        return failure(routes.STATUS[type(error)], error)
    except (pymysql.MySQLError, Redirect):
        raise
    except Exception as error:
        traceback.print_exc()
        return failure(500, error)


def failure(status, error):
    """An error as JSON."""
    return status, "application/json", json.dumps({"exc_type": type(error).__name__, "message": str(error)})


def site_name(environ):
    """The site that a request is for: X-Frappe-Site-Name if a proxy sets it, else the host without its port."""
    name = (environ.get("HTTP_X_FRAPPE_SITE_NAME") or environ.get("HTTP_HOST") or "").split(":")[0].lower()
    return name if HOST.fullmatch(name) else "unknown"


def session_cookie(environ):
    """The secret of the session that a request belongs to, None when it brings none."""
    found = re.search(r"(?:^|;\s*)sid=([0-9a-f]{40})(?:;|$)", environ.get("HTTP_COOKIE", ""))
    return found[1] if found else None


def read_allowed(environ):
    """Whether a site in maintenance still answers: reads do, if its configuration says so."""
    return bool(frappe.conf.get("allow_reads_during_maintenance")) and environ["REQUEST_METHOD"] in ("GET", "HEAD")


def arguments(environ):
    """Arguments of a request, from its query and from its JSON or form body."""
    from urllib.parse import parse_qsl

    found = dict(parse_qsl(environ.get("QUERY_STRING", "")))
    length = int(environ.get("CONTENT_LENGTH") or 0)
    if length > LONGEST_BODY:
        raise InvalidRequest("The body is too long")
    if not length:
        return found
    body = environ["wsgi.input"].read(length)
    if not environ.get("CONTENT_TYPE", "").startswith("application/json"):
        return {**found, **dict(parse_qsl(body.decode(errors="replace")))}
    try:
        values = json.loads(body)
    except ValueError:
        raise InvalidRequest("The body is no JSON") from None
    if not isinstance(values, dict):
        raise InvalidRequest("The body is no JSON object")
    return {**found, **values}
