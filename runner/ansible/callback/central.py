"""Tells Central what a play does, as one JSON object a line on a pipe of its own.

The pipe is file descriptor CENTRAL_EVENTS_FD, inherited from Central and written by this process
only: what a host prints can never look like an event. Nothing is printed to standard output, so
that what appears there is Ansible's own (warnings, errors) and nothing is said twice.

Every text that comes from a host is cut into lines of at most LINE characters, and at most LINES
lines of one result are kept; the rest is counted and said.
"""

import ctypes
import json
import os
import signal
import time

from ansible import constants as C
from ansible.playbook.block import Block
from ansible.plugins.callback import CallbackBase

DOCUMENTATION = """
    name: central
    type: stdout
    short_description: typed events for Central
    description:
        - Writes one JSON object a line to an inherited pipe.
"""

LINE = 4096
LINES = 20000
MESSAGE = 8192

PR_SET_PDEATHSIG = 1


def die_with_parent():
    """A forked worker must not go on when the process that collects its result is gone."""
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def text_of(value):
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if isinstance(value, str):
        return value
    return json.dumps(value, default=str)


def tasks_of(blocks):
    """All tasks below blocks, the implicit ones (meta) left out: exactly those that are announced."""
    for block in blocks:
        for part in (block.block, block.rescue, block.always):
            for task in part:
                if isinstance(task, Block):
                    yield from tasks_of([task])
                elif task.action not in C._ACTION_META:
                    yield task


def count_tasks(play):
    total = 0 if play.gather_facts is False else 1
    total += sum(1 for _ in tasks_of(play.compile()))
    total += sum(1 for _ in tasks_of(play.compile_roles_handlers()))
    total += sum(1 for _ in tasks_of(play.handlers))
    return total


class CallbackModule(CallbackBase):
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "stdout"
    CALLBACK_NAME = "central"

    def __init__(self):
        super().__init__()
        fd = int(os.environ["CENTRAL_EVENTS_FD"])
        os.set_inheritable(fd, False)
        self.pipe = os.fdopen(fd, "w", encoding="ascii", newline="\n")
        self.total = 0
        self.index = 0
        self.started = {}
        os.register_at_fork(after_in_child=die_with_parent)

    def send(self, kind, **fields):
        # ASCII with escapes, so that a lone surrogate in a host's output cannot fail the write.
        self.pipe.write(json.dumps({"kind": kind, "time": time.time(), **fields}))
        self.pipe.write("\n")
        self.pipe.flush()

    # The run as a whole.

    def v2_playbook_on_start(self, playbook):
        self.total = sum(count_tasks(play) for play in playbook.get_plays())

    def v2_playbook_on_play_start(self, play):
        manager = play.get_variable_manager()
        hosts = manager._inventory.get_hosts(play.hosts, order=play.order)
        self.send(
            "play_start",
            play=play.get_name(),
            hosts=[host.get_name() for host in hosts],
            total=self.total,
            check=bool(play.check_mode),
        )

    def v2_playbook_on_stats(self, stats):
        hosts = {}
        for host in sorted(stats.processed):
            one = stats.summarize(host)
            hosts[host] = {
                "ok": one["ok"],
                "changed": one["changed"],
                "failed": one["failures"],
                "unreachable": one["unreachable"],
                "skipped": one["skipped"],
                "rescued": one["rescued"],
                "ignored": one["ignored"],
            }
        self.send("stats", stats=hosts)

    # Tasks.

    def v2_playbook_on_task_start(self, task, is_conditional):
        self.index += 1
        self.send("task_start", task=task.get_name(), index=self.index, total=self.total)

    def v2_playbook_on_handler_task_start(self, task):
        self.v2_playbook_on_task_start(task, False)

    def v2_runner_on_start(self, host, task):
        self.started[host.get_name(), task._uuid] = time.monotonic()

    # Results. A task with a loop gives one item result each, as they come, and one for the whole.

    def v2_runner_on_ok(self, result):
        self.result(result, "changed" if result._result.get("changed") else "ok")

    def v2_runner_on_failed(self, result, ignore_errors=False):
        self.result(result, "ignored" if ignore_errors else "failed")

    def v2_runner_on_unreachable(self, result):
        self.result(result, "unreachable")

    def v2_runner_on_skipped(self, result):
        self.result(result, "skipped")

    def v2_runner_item_on_ok(self, result):
        self.result(result, "changed" if result._result.get("changed") else "ok", item=True)

    def v2_runner_item_on_failed(self, result):
        self.result(result, "failed", item=True)

    def v2_runner_item_on_skipped(self, result):
        self.result(result, "skipped", item=True)

    def v2_runner_retry(self, result):
        self.output(result, "message", "attempt %s failed, trying again" % result._result.get("attempts"))

    def v2_on_file_diff(self, result):
        if result._task.loop and "results" in result._result:
            diffs = [one["diff"] for one in result._result["results"] if one.get("diff") and one.get("changed")]
        elif result._result.get("diff") and result._result.get("changed"):
            diffs = [result._result["diff"]]
        else:
            diffs = []
        for diff in diffs:
            self.output(result, "diff", text_of(self._get_diff(diff)))

    def result(self, result, status, item=False):
        found = result._result
        host = result._host.get_name()
        looped = "results" in found and result._task.loop
        if not looped and status != "skipped":
            self.said(result)
        start = self.started.get((host, result._task._uuid))
        fields = {
            "host": host,
            "task": result.task_name,
            "status": status,
            "durationMs": 0 if start is None else int((time.monotonic() - start) * 1000),
        }
        message = "" if status == "skipped" else found.get("censored") or found.get("msg") or ""
        fields["message"] = text_of(message)[:MESSAGE]
        if item:
            fields["item"] = text_of(self._get_item_label(found))[:MESSAGE]
        self.send("item_result" if item else "host_result", **fields)

    def said(self, result):
        """What the command or module printed, before the result that belongs to it."""
        found = result._result
        for key, stream in (
            ("stdout", "stdout"),
            ("stderr", "stderr"),
            ("module_stdout", "stdout"),
            ("module_stderr", "stderr"),
            ("exception", "stderr"),
        ):
            if found.get(key):
                self.output(result, stream, text_of(found[key]))
        for warning in found.get("warnings") or []:
            self.output(result, "warning", text_of(warning))

    def output(self, result, stream, text):
        fields = {"host": result._host.get_name(), "task": result.task_name, "stream": stream}
        kept, dropped = 0, 0
        for line in text.rstrip("\n").split("\n"):
            for start in range(0, max(len(line), 1), LINE):
                if kept < LINES:
                    self.send("output", line=line[start:start + LINE], **fields)
                    kept += 1
                else:
                    dropped += 1
        if dropped:
            self.send("output", line="%d more lines were not kept" % dropped, **fields)
