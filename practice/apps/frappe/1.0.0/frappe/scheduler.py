"""The process that queues periodic jobs, and the switches that stop it for a site."""

import signal
import threading
import time

import frappe
from frappe import jobs
from frappe.config import common_config
from frappe.errors import SiteNotFound
from frappe.registry import bench_sites, hook, installed_apps

DEFAULT_TICK_SECONDS = 60


def run():
    """Queue what is due on every site, once a tick, until told to stop."""
    import pymysql  # here, so that every other command starts without these two
    import redis

    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    tick = float(common_config().get("scheduler_tick_interval") or DEFAULT_TICK_SECONDS)
    while not stopping.wait(tick):
        for site in bench_sites():
            try:
                with frappe.session(site):
                    enqueue_events()
            except (pymysql.MySQLError, redis.RedisError, OSError, SiteNotFound) as error:
                print(f"{site}: {error}", flush=True)


def enqueue_events():
    """Queue the current site's periodic jobs that are not waiting already."""
    if status() != "enabled" or frappe.conf.get("maintenance_mode"):
        return
    waiting = {job["method"] for job in jobs.pending(frappe.local.site)}
    for app in installed_apps():
        for method in hook(app, "scheduler_events", {}).get("all", []):
            if method not in waiting:
                jobs.enqueue(method, queue="short")


def status():
    """`enabled`, `paused` (in the configuration) or `disabled` (in the site's database)."""
    if frappe.conf.get("pause_scheduler") or frappe.conf.get("disable_scheduler"):
        return "paused"
    return "enabled" if get_default("enable_scheduler") == "1" else "disabled"


def toggle(enable):
    """Let the current site's periodic jobs run, or not."""
    set_default("enable_scheduler", "1" if enable else "0")
    frappe.db.commit()


def record_event():
    """The framework's own periodic job: note when it last ran."""
    set_default("last_scheduler_event", time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime()))


def get_default(key):
    """A value that the site keeps in its database; None when it has none."""
    rows = frappe.db.sql("SELECT `defvalue` FROM `tabDefaultValue` WHERE `name` = %s", (key,))
    return rows[0][0] if rows else None


def set_default(key, value):
    """Keep a value in the site's database."""
    frappe.db.sql(
        "INSERT INTO `tabDefaultValue` (`name`, `creation`, `modified`, `owner`, `modified_by`, `defkey`, `defvalue`)"
        " VALUES (%s, NOW(6), NOW(6), 'Administrator', 'Administrator', %s, %s)"
        " ON DUPLICATE KEY UPDATE `defvalue` = VALUES(`defvalue`), `modified` = NOW(6)",
        (key, key, value),
    )
