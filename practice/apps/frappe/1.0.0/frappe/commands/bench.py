"""Commands about the bench itself."""

import contextlib
import json
import os
import time

import click

from frappe.config import write_json
from frappe.registry import app_branch, app_commit, app_path, app_version, bench_apps


@click.command("version")
@click.option("-f", "--format", "output", default="legacy", type=click.Choice(["legacy", "plain", "table", "json"]))
def version(output):
    "Show the versions of all apps"
    rows = [
        {"app": app, "version": app_version(app), "branch": app_branch(app), "commit": app_commit(app)[:7]}
        for app in bench_apps()
    ]
    if output == "json":
        print(json.dumps(rows, indent=4))
        return
    if output == "table":
        print("App    Version    Branch    Commit")
    for row in rows:
        if output == "legacy":
            print(f"{row['app']} {row['version']}")
        elif output == "plain":
            print(f"{row['app']} {row['version']} {row['branch']} ({row['commit']})")
        else:
            print(f"{row['app']}  {row['version']}  {row['branch']}  {row['commit']}")


@click.command("build")
@click.option("--app", help="Build the assets of this app only")
@click.option("--apps", help="Build the assets of these apps, separated by commas")
@click.option("--hard-link", is_flag=True, default=False, help="Copy instead of linking")
@click.option("--production", is_flag=True, default=False, help="Build for production")
@click.option("--force", is_flag=True, default=False, help="Build even what is built")
@click.option("--verbose", is_flag=True, default=False, help="Verbose")
@click.option("--using-cached", is_flag=True, default=False, help="Use what a cache provided")
def build(app=None, apps=None, **_):
    "Publish the assets of apps under sites/assets"
    started = time.monotonic()
    os.makedirs("assets", exist_ok=True)
    names = [app] if app else apps.split(",") if apps else bench_apps()
    published = {}
    for name in names:
        public = app_path(name, "public")
        if not os.path.isdir(public):
            continue
        link = os.path.join("assets", name)
        with contextlib.suppress(FileNotFoundError):
            os.unlink(link)
        os.symlink(public, link)
        for folder, _folders, files in os.walk(public):
            for file in sorted(files):
                inside = os.path.relpath(os.path.join(folder, file), public)
                published[file] = f"/assets/{name}/{inside}"
    write_json(os.path.join("assets", "assets.json"), published)
    print(f"Linking assets of {', '.join(names)}")
    print(f"DONE  Total Build Time: {time.monotonic() - started:.1f}s")


@click.command("serve")
@click.option("--port", default=8000, help="Port on the loopback address")
def serve(port=8000):
    "Serve sites for development, one request at a time"
    from wsgiref.simple_server import make_server

    from frappe.app import application

    with make_server("127.0.0.1", port, application) as server:
        server.serve_forever()


commands = [version, build, serve]
