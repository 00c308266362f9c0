"""A lock per name and site that dies with the process that holds it."""

import contextlib
import fcntl
import os
import time

from frappe.context import site_path
from frappe.errors import LockTimeout


@contextlib.contextmanager
def filelock(name, timeout=30):
    """Hold sites/SITE/locks/NAME.lock; LockTimeout when it is not free within `timeout` seconds."""
    path = site_path("locks", name + ".lock")
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "a", encoding="utf-8") as file:
        deadline = time.monotonic() + timeout
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() >= deadline:
                    raise LockTimeout(
                        f"Failed to acquire lock: {name}. Lock may be held by another process."
                    ) from None
                time.sleep(0.05)
        yield
