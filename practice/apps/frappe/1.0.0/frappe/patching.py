"""Patches: functions that run once on each site, in the order of their app's patches.txt."""

import configparser
import time
import traceback
import uuid

import frappe
from frappe.registry import app_path, get_attr, installed_apps

PRE_MODEL_SYNC = "pre_model_sync"
POST_MODEL_SYNC = "post_model_sync"


def read_patches(path, section=None):
    """Patches of one section, or of both; a file without sections is all pre_model_sync."""
    parser = configparser.ConfigParser(allow_no_value=True, delimiters="\n", interpolation=None)
    parser.optionxform = str
    try:
        parser.read(path, encoding="utf-8")
    except configparser.MissingSectionHeaderError:
        with open(path, encoding="utf-8") as file:
            lines = [line.strip() for line in file]
        plain = [line for line in lines if line and not line.startswith("#")]
        return plain if section in (None, PRE_MODEL_SYNC) else []
    sections = (PRE_MODEL_SYNC, POST_MODEL_SYNC) if section is None else (section,)
    return [patch for name in sections if parser.has_section(name) for patch in parser[name]]


def run_all(section, skip_failing=False):
    """Run the patches of a section that are not in the log yet, each in a transaction of its own."""
    done = {row[0] for row in frappe.db.sql("SELECT `patch` FROM `tabPatch Log` WHERE `skipped` = 0")}
    for app in installed_apps():
        for patch in read_patches(app_path(app, "patches.txt"), section):
            if patch in done:
                continue
            try:
                run(patch)
            except Exception:
                frappe.db.rollback()
                if not skip_failing:
                    raise
                trace = traceback.format_exc()
                print("Failed to execute patch")
                print(trace)
                log(patch, trace)
                frappe.db.commit()


def run(patch):
    """Run one patch and commit it together with its entry in the log."""
    function = get_attr(patch.split()[0] + ".execute")
    print(f"Executing {patch} in {frappe.local.site} ({frappe.db.name})", flush=True)
    started = time.monotonic()
    function()
    log(patch)
    frappe.db.commit()
    print(f"Success: Done in {round(time.monotonic() - started, 3)}s", flush=True)


def log(patch, trace=None):
    """Write a patch into the log: as executed, or as skipped with its traceback."""
    frappe.db.sql(
        "INSERT INTO `tabPatch Log`"
        " (`name`, `creation`, `modified`, `owner`, `modified_by`, `patch`, `skipped`, `traceback`)"
        " VALUES (%s, NOW(6), NOW(6), 'Administrator', 'Administrator', %s, %s, %s)",
        (uuid.uuid4().hex[:10], patch, 1 if trace else 0, trace),
    )


def log_all(app):
    """Mark every patch of an app as executed: a new site starts where the patches lead."""
    done = {row[0] for row in frappe.db.sql("SELECT `patch` FROM `tabPatch Log`")}
    for patch in read_patches(app_path(app, "patches.txt")):
        if patch not in done:
            log(patch)


def forget_all(app):
    """Take the patches of an app out of the log."""
    for patch in read_patches(app_path(app, "patches.txt")):
        frappe.db.sql("DELETE FROM `tabPatch Log` WHERE `patch` = %s", (patch,))
