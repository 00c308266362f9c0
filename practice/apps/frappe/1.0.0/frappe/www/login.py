"""Signing in without a password, by a link that works once."""

from frappe import auth, cache
from frappe.errors import NotPermitted, Redirect
from frappe.registry import whitelist


@whitelist(methods=("GET",))
def login_via_key(key):
    """Sign in as whom the key was made for."""
    user = cache.take_value(f"one_time_login_key:{key}")
    if user is None:
        raise NotPermitted("The link you trying to login is invalid or expired.")
    raise Redirect("/app", [("Set-Cookie", f"sid={auth.begin_session(user)}; Path=/; HttpOnly; SameSite=Lax")])
