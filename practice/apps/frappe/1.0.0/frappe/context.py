"""The site that the current thread works on."""

import contextlib
import os
import threading

from frappe.config import site_config
from frappe.errors import SiteNotFound


class _Local(threading.local):
    """One value per thread: `site`, `sites_path`, `conf`, `db` and `flags`."""

    def __init__(self):
        self.site = None
        self.sites_path = "."
        self.conf = {}
        self.db = None
        self.flags = {}


local = _Local()


def init(site, sites_path=".", new_site=False):
    """Make `site` the current one and read its configuration, without a connection.

    Raises SiteNotFound when `sites_path` has no such site and `new_site` is false.
    """
    if not new_site and not os.path.isfile(os.path.join(sites_path, site, "site_config.json")):
        raise SiteNotFound(f"Site {site} does not exist")
    local.site = site
    local.sites_path = sites_path
    local.conf = site_config(sites_path, site)
    local.flags = {}
    local.db = None


def connect():
    """Open the current site's database as its own user."""
    from frappe.database import Database

    local.db = Database.for_site(local.conf)
    return local.db


def destroy():
    """Close the database and forget the site."""
    if local.db is not None:
        local.db.close()
    local.__init__()


@contextlib.contextmanager
def session(site, sites_path=".", connected=True):
    """Work on one site; what is not committed when it ends is lost."""
    init(site, sites_path)
    try:
        if connected:
            connect()
        yield local
    finally:
        destroy()


def site_path(*parts):
    """A path inside the current site's directory."""
    return os.path.join(local.sites_path, local.site, *parts)
