"""Apps on the bench and on a site, their hooks, and dotted names."""

import functools
import importlib
import json
import os

import frappe
from frappe.errors import AppNotInstalled

WHITELIST = {}


def whitelist(methods=("GET", "POST")):
    """Let the web call a function as /api/method/DOTTED.NAME."""

    def register(function):
        WHITELIST[f"{function.__module__}.{function.__name__}"] = (function, tuple(methods))
        return function

    return register


def read_lines(path):
    """Non-empty lines that are no comments; [] when there is no file."""
    try:
        with open(path, encoding="utf-8") as file:
            lines = [line.strip() for line in file]
    except FileNotFoundError:
        return []
    return [line for line in lines if line and not line.startswith("#")]


def bench_apps(sites_path="."):
    """Apps of the bench, from sites/apps.txt; the framework comes first."""
    apps = [app for app in read_lines(os.path.join(sites_path, "apps.txt")) if app != "frappe"]
    return ["frappe", *apps]


def bench_sites(sites_path="."):
    """Host names of the bench's sites, sorted."""
    return sorted(
        name
        for name in os.listdir(sites_path)
        if os.path.isfile(os.path.join(sites_path, name, "site_config.json"))
    )


def installed_apps():
    """Apps of the current site in the order in which they were installed."""
    rows = frappe.db.sql("SELECT `defvalue` FROM `tabDefaultValue` WHERE `parent` = '__global' AND `defkey` = 'installed_apps'")
    return json.loads(rows[0][0]) if rows else []


def set_installed_apps(apps):
    """Write down which apps the current site has; its `Installed Application` rows stay as they are."""
    frappe.db.sql(
        "INSERT INTO `tabDefaultValue` (`name`, `creation`, `modified`, `owner`, `modified_by`, `parent`, `defkey`, `defvalue`)"
        " VALUES ('installed_apps', NOW(6), NOW(6), 'Administrator', 'Administrator', '__global', 'installed_apps', %s)"
        " ON DUPLICATE KEY UPDATE `defvalue` = VALUES(`defvalue`), `modified` = NOW(6)",
        (json.dumps(apps),),
    )


def write_versions():
    """Write the site's apps with their versions for people to read. As with the real framework, only migrations and removals
    do: a new site has no such row, and an app that was installed since the last migration is missing."""
    frappe.db.sql("DELETE FROM `tabInstalled Application`")
    for number, app in enumerate(installed_apps(), 1):
        frappe.db.sql(
            "INSERT INTO `tabInstalled Application`"
            " (`name`, `creation`, `modified`, `owner`, `modified_by`, `idx`, `app_name`, `app_version`, `git_branch`)"
            " VALUES (%s, NOW(6), NOW(6), 'Administrator', 'Administrator', %s, %s, %s, %s)",
            (app, number, app, app_version(app), app_branch(app)),
        )


def listed_apps():
    """The apps that `Installed Application` has rows of, in their order."""
    return [row[0] for row in frappe.db.sql("SELECT `app_name` FROM `tabInstalled Application` ORDER BY `idx`")]


def app_path(app, *parts):
    """A path inside the app's Python package."""
    try:
        module = importlib.import_module(app)
    except ModuleNotFoundError as error:
        if error.name != app:
            raise
        raise AppNotInstalled(f"App {app} is not in apps.txt or not in this environment") from None
    return os.path.join(os.path.dirname(module.__file__), *parts)


def hook(app, name, default=None):
    """One value of an app's hooks.py."""
    return getattr(importlib.import_module(f"{app}.hooks"), name, default)


def run_hooks(app, name):
    """Call every function that an app's hook names."""
    for dotted in hook(app, name, []):
        get_attr(dotted)()


def get_attr(dotted):
    """The object behind `package.module.name`."""
    module, _, name = dotted.rpartition(".")
    return getattr(importlib.import_module(module), name)


@functools.cache
def app_version(app):
    """The app's `__version__`."""
    return importlib.import_module(app).__version__


@functools.cache
def app_commit(app):
    """The full commit that the app's checkout is at; empty when it is no checkout."""
    return head_commit(os.path.dirname(app_path(app)))[1]


@functools.cache
def app_branch(app):
    """The branch that is checked out; HEAD when it is a commit."""
    return head_commit(os.path.dirname(app_path(app)))[0]


def head_commit(checkout):
    """(branch, commit) of a checkout, read from its files; a linked work tree is one too."""
    git = os.path.join(checkout, ".git")
    if os.path.isfile(git):
        git = os.path.join(checkout, _first_line(git).removeprefix("gitdir: "))
    head = _first_line(os.path.join(git, "HEAD"))
    if not head.startswith("ref: "):
        return "HEAD", head
    ref = head.removeprefix("ref: ")
    common = os.path.join(git, _first_line(os.path.join(git, "commondir")) or ".")
    commit = _first_line(os.path.join(common, ref))
    for line in [] if commit else read_lines(os.path.join(common, "packed-refs")):
        if line.endswith(" " + ref):
            commit = line.split()[0]
    return ref.removeprefix("refs/heads/"), commit


def _first_line(path):
    try:
        with open(path, encoding="utf-8") as file:
            return file.readline().strip()
    except OSError:
        return ""
