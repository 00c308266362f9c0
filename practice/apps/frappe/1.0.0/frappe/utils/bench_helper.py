"""What the bench command executes: `python -m frappe.utils.bench_helper frappe --site S COMMAND …` in sites/."""

import importlib
import importlib.util
import json
import os
import traceback

import click

from frappe.registry import bench_apps, bench_sites


def main():
    """Run the command line."""
    commands = {
        **get_app_groups(),
        "get-frappe-commands": get_frappe_commands,
        "get-frappe-help": get_frappe_help,
        "get-frappe-options": get_frappe_options,
    }
    click.Group(commands=commands)(prog_name="bench")


def get_app_groups():
    """The group `frappe` with the commands of all apps: bench knows no other."""
    commands = {}
    for app in bench_apps():
        commands.update(get_app_commands(app))
    return {"frappe": click.group(name="frappe", commands=commands)(app_group)}


@click.option("--site", help="Site to work on, or all")
@click.option("--profile", is_flag=True, default=False, help="Profile")
@click.option("--verbose", is_flag=True, default=False, help="Verbose")
@click.option("--force", is_flag=True, default=False, help="Force")
@click.pass_context
def app_group(context, site=None, force=False, verbose=False, profile=False):
    """Commands of the framework and of the apps."""
    context.obj = {"sites": get_sites(site), "force": force, "verbose": verbose, "profile": profile}
    if context.info_name == "frappe":
        context.info_name = ""


def get_sites(site):
    """The sites that a command is for: the named one, all of them, or the bench's current one."""
    if site == "all":
        return bench_sites()
    if site:
        return [site]
    if os.path.exists("currentsite.txt"):
        with open("currentsite.txt", encoding="utf-8") as file:
            return [line for line in [file.read().strip()] if line]
    return []


def get_app_commands(app):
    """Name → command for one app; an app whose commands cannot be imported has none."""
    try:
        if importlib.util.find_spec(f"{app}.commands") is None:
            return {}
        module = importlib.import_module(f"{app}.commands")
    except Exception:
        traceback.print_exc()
        return {}
    return {command.name: command for command in getattr(module, "commands", [])}


@click.command("get-frappe-commands")
def get_frappe_commands():
    """Names of all commands, as JSON."""
    print(json.dumps([name for app in bench_apps() for name in get_app_commands(app)]))


@click.command("get-frappe-help")
def get_frappe_help():
    """The help text of the group."""
    print(click.Context(get_app_groups()["frappe"]).get_help())


@click.command("get-frappe-options")
def get_frappe_options():
    """Options of the group and of every command, as JSON."""
    group = get_app_groups()["frappe"]
    options = {"": _flags(group), **{name: _flags(command) for name, command in group.commands.items()}}
    print(json.dumps(options))


def _flags(command):
    return [flag for parameter in command.params if isinstance(parameter, click.Option) for flag in parameter.opts]


if __name__ == "__main__":
    main()
