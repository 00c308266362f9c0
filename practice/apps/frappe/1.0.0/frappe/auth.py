"""Passwords: salted PBKDF2, kept in `__Auth` apart from the users."""

import base64
import hashlib
import hmac
import os

import frappe
from frappe import cache
from frappe.errors import NotPermitted
from frappe.registry import whitelist

ROUNDS = 29000
SESSION_SECONDS = 6 * 60 * 60


def hash_password(password, salt=None, rounds=ROUNDS):
    """`$pbkdf2-sha256$ROUNDS$SALT$DIGEST`, different on every call."""
    salt = os.urandom(16) if salt is None else salt
    digest = hashlib.pbkdf2_hmac("sha256", password.encode(), salt, rounds)
    return f"$pbkdf2-sha256${rounds}${_encode(salt)}${_encode(digest)}"


def verify_password(password, stored):
    """Whether `password` is the one that `stored` was made from."""
    try:
        _, scheme, rounds, salt, _ = stored.split("$")
    except ValueError:
        return False
    if scheme != "pbkdf2-sha256":
        return False
    return hmac.compare_digest(stored, hash_password(password, _decode(salt), int(rounds)))


def set_password(user, password):
    """Store the password of a user of the current site."""
    frappe.db.sql(
        "REPLACE INTO `__Auth` (`doctype`, `name`, `fieldname`, `password`, `encrypted`)"
        " VALUES ('User', %s, 'password', %s, 0)",
        (user, hash_password(password)),
    )


def check_password(user, password):
    """Whether the user of the current site has this password."""
    rows = frappe.db.sql(
        "SELECT `password` FROM `__Auth` WHERE `doctype` = 'User' AND `name` = %s", (user,)
    )
    return bool(rows) and verify_password(password, rows[0][0])


def begin_session(user):
    """A new session of a user of the current site: its secret."""
    sid = os.urandom(20).hex()
    cache.set_value(f"session:{sid}", user, expires_in_sec=SESSION_SECONDS)
    return sid


@whitelist(methods=("GET",))
def get_logged_user():
    """Who the request's cookie belongs to."""
    sid = frappe.flags.get("sid")
    user = cache.get_value(f"session:{sid}") if sid else None
    if user is None:
        raise NotPermitted("Guest")
    return user


# Base64 as passlib writes it, which the real framework uses: a point for a plus, and no padding.


def _encode(raw):
    return base64.b64encode(raw, altchars=b"./").decode().rstrip("=")


def _decode(text):
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"./")
