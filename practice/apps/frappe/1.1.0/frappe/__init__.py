"""A small framework that a bench can drive: sites, patches, tables, jobs and a web application."""

__version__ = "1.1.0"

from frappe.context import connect, destroy, init, local, session, site_path
from frappe.registry import whitelist

__all__ = ["connect", "destroy", "init", "local", "session", "site_path", "whitelist"]


def __getattr__(name):
    """`frappe.db`, `frappe.conf` and `frappe.flags` belong to the site this thread works on."""
    if name in ("db", "conf", "flags"):
        return getattr(local, name)
    raise AttributeError(f"module 'frappe' has no attribute {name!r}")
