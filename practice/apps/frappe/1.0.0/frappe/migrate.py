"""Bringing one site's database to the code of its bench."""

import contextlib
import json
import os

import frappe
from frappe import cache, jobs, patching, schema
from frappe.locks import filelock
from frappe.registry import hook, installed_apps, run_hooks, write_versions

SERVICES_NEEDED = """
Cannot run bench migrate without the services running.
If you are running bench in development mode, make sure that bench is running:

$ bench start

Otherwise, check the server logs and ensure that all the required services are running.
"""


def migrate(skip_failing=False, skip_search_index=False):
    """Migrate the current site. Patches commit one by one: a failure leaves what came before it.

    Exits with 1 when the cache cannot be reached; LockTimeout when a migration is already running.
    """
    if not cache.reachable():
        print("Service redis_cache is not running.")
        print(SERVICES_NEEDED)
        raise SystemExit(1)
    with filelock("bench_migrate", timeout=1), _touched_tables():
        cache.clear(frappe.db.name)
        for app in installed_apps():
            run_hooks(app, "before_migrate")
        frappe.db.commit()
        patching.run_all(patching.PRE_MODEL_SYNC, skip_failing)
        for app in installed_apps():
            schema.sync_app(app)
        patching.run_all(patching.POST_MODEL_SYNC, skip_failing)
        _finish()
    if not skip_search_index:
        print(f"Queued rebuilding of search index for {frappe.local.site}")
        jobs.enqueue("frappe.search.build_index", queue="long")


def _finish():
    for app in installed_apps():
        print(f"Updating Dashboard for {app}")
    for app in installed_apps():
        for doctype in hook(app, "customized_doctypes", []):
            print(f"Updating customizations for {doctype}")
    write_versions()
    print("Executing `after_migrate` hooks...")
    for app in installed_apps():
        run_hooks(app, "after_migrate")
    frappe.db.commit()


@contextlib.contextmanager
def _touched_tables():
    """Record which tables the migration writes, and leave the list behind however it ends."""
    path = frappe.site_path("touched_tables.json")
    with contextlib.suppress(FileNotFoundError):
        os.remove(path)
    frappe.local.flags["touched_tables"] = set()
    try:
        yield
    finally:
        touched = frappe.local.flags.pop("touched_tables")
        with open(path, "w", encoding="utf-8") as file:
            json.dump(sorted(touched), file, indent=4)
