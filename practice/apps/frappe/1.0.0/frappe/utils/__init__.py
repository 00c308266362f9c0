"""Small things that commands share."""

import os
import sys


def update_progress_bar(label, done, total):
    """Redraw `LABEL : [====    ] 37%` on the same line; `done` counts from 0."""
    try:
        width = 40 if os.get_terminal_size().columns > 80 else 20
    except OSError:
        width = 40
    share = (done + 1) / total
    bar = ("=" * int(share * width)).ljust(width)
    sys.stdout.write(f"\r{label.ljust(36)}: [{bar}] {int(share * 100)}%")
    sys.stdout.flush()


def scrub(label):
    """`Sales Order` as it is written in paths: `sales_order`."""
    return label.replace(" ", "_").replace("-", "_").lower()
