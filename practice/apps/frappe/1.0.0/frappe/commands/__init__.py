"""The commands of the framework, one module per subject."""

import functools
import sys

import click


def pass_sites(function):
    """Give a command the context object: `sites`, `force`, `verbose`, `profile`."""

    @click.pass_context
    @functools.wraps(function)
    def wrapper(context, *args, **kwargs):
        return function(context.obj, *args, **kwargs)

    return wrapper


def one_site(context):
    """The one site of a command; exits when none was named."""
    if not context["sites"]:
        print("Please specify --site sitename")
        sys.exit(1)
    return context["sites"][0]


def all_sites(context):
    """The sites of a command; exits when none was named."""
    one_site(context)
    return context["sites"]


from frappe.commands import backup, bench, scheduling, site, upkeep  # noqa: E402

commands = [*site.commands, *upkeep.commands, *backup.commands, *scheduling.commands, *bench.commands]
