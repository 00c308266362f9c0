"""Commands that change sites that exist: migrations, maintenance, configuration."""

import ast
import json
import sys

import click

import frappe
from frappe import cache
from frappe.commands import all_sites, one_site, pass_sites
from frappe.config import set_config as set_config_key
from frappe.locks import filelock
from frappe.registry import get_attr


@click.command("migrate")
@click.option("--skip-failing", is_flag=True, help="Skip patches that fail to run")
@click.option("--skip-search-index", is_flag=True, help="Skip search indexing")
@pass_sites
def migrate(context, skip_failing=False, skip_search_index=False):
    "Run patches, sync schema and rebuild customizations"
    from frappe.migrate import migrate as run

    for site in all_sites(context):
        print(f"Migrating {site}", flush=True)
        with frappe.session(site):
            run(skip_failing, skip_search_index)


@click.command("run-patch")
@click.argument("patch")
@pass_sites
def run_patch(context, patch):
    "Run one patch, even if it ran before"
    from frappe import patching

    for site in all_sites(context):
        with frappe.session(site):
            patching.run(patch)


@click.command("set-maintenance-mode")
@click.option("--site", help="Site name")
@click.argument("state", type=click.Choice(["on", "off"]))
@pass_sites
def set_maintenance_mode(context, state, site=None):
    "Put a site in maintenance mode, or end it"
    _set(site or one_site(context), "maintenance_mode", 1 if state == "on" else 0)


@click.command("set-config")
@click.argument("key")
@click.argument("value")
@click.option("-g", "--global", "common", is_flag=True, default=False, help="Set it for all sites of the bench")
@click.option("-p", "--parse", is_flag=True, default=False, help="Evaluate the value as a Python literal")
@pass_sites
def set_config(context, key, value, common=False, parse=False):
    "Insert or update a value of site_config.json"
    if parse:
        value = ast.literal_eval(value)
    if common:
        set_config_key("common_site_config.json", key, value)
        return
    for site in all_sites(context):
        _set(site, key, value)


def _set(site, key, value):
    with frappe.session(site, connected=False), filelock("site_config"):
        set_config_key(frappe.site_path("site_config.json"), key, value)


@click.command("ready-for-migration")
@click.option("--site", help="Site name")
@pass_sites
def ready_for_migration(context, site=None):
    "Tell by the exit code whether no background job of the site waits or runs"
    from frappe.jobs import pending

    site = site or one_site(context)
    with frappe.session(site, connected=False):
        if pending(site):
            print(f"NOT READY for migration: site {site} has pending background jobs")
            sys.exit(1)
    print(f"READY for migration: site {site} does not have any background jobs")


@click.command("clear-cache")
@pass_sites
def clear_cache(context):
    "Clear the cache of sites"
    for site in all_sites(context):
        with frappe.session(site, connected=False):
            cache.clear_site()


@click.command("build-search-index")
@pass_sites
def build_search_index(context):
    "Rebuild the search index"
    from frappe.search import build_index

    site = one_site(context)
    print(f"Building search index for {site}")
    with frappe.session(site):
        build_index()


@click.command("execute")
@click.argument("method")
@click.option("--args", help="Positional arguments, as a Python list")
@click.option("--kwargs", help="Named arguments, as a Python dictionary")
@pass_sites
def execute(context, method, args=None, kwargs=None):
    "Call a function with the site connected, and print what it returns"
    for site in all_sites(context):
        with frappe.session(site):
            result = get_attr(method)(*_literal(args, ()), **_literal(kwargs, {}))
            frappe.db.commit()
        if result:
            print(json.dumps(result, default=str))


def _literal(text, empty):
    if not text:
        return empty
    try:
        value = ast.literal_eval(text)
    except (ValueError, SyntaxError):
        value = [text]
    return value if isinstance(value, (list, tuple, dict)) else [value]


@click.command("show-config")
@click.option("--format", "-f", "output", default="text", type=click.Choice(["text", "json"]))
@pass_sites
def show_config(context, output):
    "Print the configuration of sites, passwords left out"
    shown = {}
    for site in all_sites(context):
        with frappe.session(site, connected=False):
            shown[site] = {k: v for k, v in sorted(frappe.conf.items()) if not k.endswith("password")}
    if output == "json":
        print(json.dumps(shown))
        return
    for site, values in shown.items():
        print(site)
        for key, value in values.items():
            print(f"{key} = {value}")


commands = [
    migrate, run_patch, set_maintenance_mode, set_config, ready_for_migration, clear_cache, build_search_index,
    execute, show_config,
]
