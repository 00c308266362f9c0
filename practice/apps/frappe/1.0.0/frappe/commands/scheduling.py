"""Commands for background jobs and the scheduler."""

import json
import sys

import click

import frappe
from frappe import jobs, scheduler
from frappe.commands import all_sites, one_site, pass_sites
from frappe.config import common_config
from frappe.config import set_config as set_config_key
from frappe.registry import bench_sites


@click.command("scheduler")
@click.argument("state", type=click.Choice(["pause", "resume", "disable", "enable", "status"]))
@click.option("--format", "-f", "output", default="text", type=click.Choice(["text", "json"]))
@pass_sites
def scheduler_command(context, state, output):
    "Control the scheduler of a site"
    site = one_site(context)
    with frappe.session(site):
        if state in ("pause", "resume"):
            set_config_key(frappe.site_path("site_config.json"), "pause_scheduler", int(state == "pause"))
        elif state in ("enable", "disable"):
            scheduler.toggle(state == "enable")
        status = scheduler.status()
    if state == "status":
        print(json.dumps({site: status}) if output == "json" else f"Scheduler is {status} for site {site}")
    else:
        print(f"Scheduler {state}{'d' if state.endswith('e') else ''} for site {site}")


@click.command("enable-scheduler")
@pass_sites
def enable_scheduler(context):
    "Enable the scheduler"
    for site in all_sites(context):
        with frappe.session(site):
            scheduler.toggle(True)
        print("Enabled for", site)


@click.command("disable-scheduler")
@pass_sites
def disable_scheduler(context):
    "Disable the scheduler"
    for site in all_sites(context):
        with frappe.session(site):
            scheduler.toggle(False)
        print("Disabled for", site)


@click.command("doctor")
@click.option("--site", help="Site name")
@pass_sites
def doctor(context, site=None):
    "Say what is known about workers and jobs"
    frappe.local.conf = common_config()
    redis = jobs.client()
    workers = redis.smembers(jobs.workers_key())
    alive = sum(redis.exists(jobs.heartbeat_key(worker)) for worker in workers)
    sites = [site] if site else context["sites"] or bench_sites()
    print("-----Checking scheduler status-----")
    for name in sites:
        with frappe.session(name):
            print(f"Scheduler {scheduler.status().capitalize()} for {name}")
    print(f"Workers online: {alive}")
    for name in sites:
        frappe.local.conf = common_config()
        pending = jobs.pending(name)
        print(f"-----{name} Jobs-----")
        for job in pending:
            print(f"{job['queue']}: {job['method']} ({job['id']})")
    sys.exit(0 if alive else 1)


@click.command("worker")
@click.option("--queue", default=",".join(jobs.QUEUES), help="Queues to work on, separated by commas")
@click.option("--quiet", is_flag=True, default=False, help="Hide log lines")
@click.option("--burst", is_flag=True, default=False, help="Stop when the queues are empty")
def worker(queue, quiet=False, burst=False):
    "Run background jobs"
    from frappe.worker import Worker

    Worker([name.strip() for name in queue.split(",")], quiet).run(burst)


@click.command("schedule")
def schedule():
    "Queue periodic jobs"
    scheduler.run()


commands = [scheduler_command, enable_scheduler, disable_scheduler, doctor, worker, schedule]
