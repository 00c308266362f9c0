"""What the web application can be asked."""

import functools
import importlib
import importlib.util
import inspect
import json
import uuid

import frappe
from frappe import auth, cache, jobs, pages
from frappe.errors import InvalidRequest, NotPermitted
from frappe.www import login as login_page  # noqa: F401, registers what it answers
from frappe.registry import WHITELIST, app_commit, app_version, bench_apps, installed_apps, whitelist


class NoRoute(Exception):
    """Nothing answers at this path."""


class WrongMethod(Exception):
    """The path wants another HTTP method."""


STATUS = {InvalidRequest: 400, NotPermitted: 403, NoRoute: 404, WrongMethod: 405}
JSON = "application/json"
HTML = "text/html; charset=utf-8"


def dispatch(verb, path, values):
    """(content type, body) for a path."""
    if path == "/":
        return HTML, pages.home(frappe.local.site, versions())
    if not path.startswith("/api/method/"):
        raise NoRoute(f"Nothing at {path}")
    name = path.removeprefix("/api/method/").strip("/")
    load_apis()
    found = WHITELIST.get(name if "." in name else f"{__name__}.{name}")
    if found is None:
        raise NoRoute(f"No method {name}")
    function, methods = found
    if verb not in methods and not (verb == "HEAD" and "GET" in methods):
        raise WrongMethod(f"{name} wants {' or '.join(methods)}")
    try:
        inspect.signature(function).bind(**values)
    except TypeError as error:
        raise InvalidRequest(f"{name}: {error}") from None
    return JSON, json.dumps({"message": function(**values)}, default=str)


@functools.cache
def load_apis():
    """Import the module `api` of every app that has one, so that its methods are registered."""
    for app in bench_apps(frappe.local.sites_path):
        if importlib.util.find_spec(f"{app}.api"):
            importlib.import_module(f"{app}.api")


def versions():
    """Version and commit of each app of the site, as this process runs them."""
    return {app: {"version": app_version(app), "commit": app_commit(app)} for app in installed_apps()}


@whitelist(methods=("GET",))
def ping():
    """Whether the site answers; its database was reached to get here."""
    return "pong"


@whitelist(methods=("GET",))
def version():
    """The site's name and what runs it."""
    return {"site": frappe.local.site, "apps": versions()}


@whitelist(methods=("GET",))
def boot():
    """What a browser is told about the site when it begins. As with the real framework, it is kept until the site's cache is
    cleared, whatever its configuration says meanwhile."""
    kept = cache.get_value("bootinfo")
    if kept is None:
        kept = json.dumps({"max_file_size": frappe.conf.get("max_file_size", 10 << 20)})
        cache.set_value("bootinfo", kept)
    return json.loads(kept)


@whitelist(methods=("GET",))
def counts():
    """Number of rows of every DocType's table."""
    names = [row[0] for row in frappe.db.sql("SELECT `name` FROM `tabDocType` ORDER BY `name`")]
    return {name: frappe.db.count("tab" + name) for name in names}


@whitelist(methods=("GET", "POST"))
def note(title=None, content="", name=None):
    """Without a title: how many notes there are, or the one named. With a title: write one."""
    if title is None and name is None:
        return {"count": frappe.db.count("tabNote")}
    if title is None:
        query = "SELECT `name`, `title`, `content` FROM `tabNote` WHERE `name` = %s"
        rows = frappe.db.sql(query, (name,), as_dict=True)
        return rows[0] if rows else None
    if not 1 <= len(title) <= 140:
        raise InvalidRequest("title: 1 to 140 characters")
    name = uuid.uuid4().hex[:16]
    frappe.db.sql(
        "INSERT INTO `tabNote` (`name`, `creation`, `modified`, `owner`, `modified_by`, `title`, `content`)"
        " VALUES (%s, NOW(6), NOW(6), 'Guest', 'Guest', %s, %s)",
        (name, title, content),
    )
    return {"name": name}


@whitelist(methods=("POST",))
def login(usr, pwd):
    """Check a password."""
    if not auth.check_password(usr, pwd):
        raise NotPermitted("Invalid login credentials")
    return "Logged In"


@whitelist(methods=("POST",))
def enqueue_pause(seconds=1):
    """Queue a job that takes this many seconds."""
    return jobs.enqueue("frappe.jobs.pause", seconds=min(float(seconds), 600))
