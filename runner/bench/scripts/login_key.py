# Lets whoever has a key sign in to a site as its Administrator, once and for a while: login_key HOST, with key and seconds as
# JSON on standard input. Run by the bench's own Python: it is the framework's own link for signing in without a password.
import json
import sys

import frappe
from frappe import cache  # noqa: F401, a module or a function in some versions, an object that init makes in others

asked = json.load(sys.stdin)
frappe.init(site=sys.argv[2], sites_path=".")
frappe.connect()
try:
    store = frappe.cache() if callable(frappe.cache) else frappe.cache
    store.set_value("one_time_login_key:" + asked["key"], "Administrator", expires_in_sec=asked["seconds"])
finally:
    frappe.destroy()
print("login=ready")
