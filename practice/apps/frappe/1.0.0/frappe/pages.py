"""The pages that people see."""

from html import escape

STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;margin:12vh auto;max-width:34rem;padding:0 1rem;color:#1f272e}"
    "table{border-collapse:collapse;width:100%}td,th{text-align:left;padding:.4rem;border-bottom:1px solid #e2e6e9}"
    "code{font-size:.85em}"
)


def page(title, body):
    """A whole page."""
    return (
        "<!doctype html><html lang=en><head><meta charset=utf-8>"
        '<meta name=viewport content="width=device-width,initial-scale=1">'
        f"<title>{escape(title)}</title><style>{STYLE}</style></head><body>{body}</body></html>\n"
    )


def home(site, versions):
    """The site's own page: its name and what runs it."""
    rows = "".join(
        f"<tr><td>{escape(app)}</td><td>{escape(v['version'])}</td><td><code>{escape(v['commit'][:12])}</code></td></tr>"
        for app, v in versions.items()
    )
    table = f"<table><tr><th>App</th><th>Version</th><th>Commit</th></tr>{rows}</table>"
    return page(site, f"<h1>{escape(site)}</h1>{table}")


def updating(site):
    """What a site in maintenance shows."""
    text = "This site is being updated. Please refresh again after a few moments."
    return page("Updating", f"<h1>Updating</h1><p>{escape(site)}</p><p>{text}</p>")


def not_found(site):
    """What a host without a site shows."""
    return page("Not Found", f"<h1>Not Found</h1><p>{escape(site)} does not exist</p>")
