"""The process that runs background jobs."""

import json
import os
import signal
import sys
import threading
import traceback
import uuid

import frappe
from frappe import jobs
from frappe.config import common_config
from frappe.registry import get_attr


class Worker:
    """Takes one job at a time; asked to stop, it finishes the one it has."""

    def __init__(self, queues, quiet=False):
        frappe.local.conf = common_config()
        self.queues = [jobs.queue_key(queue) for queue in queues]
        self.name = f"{os.uname().nodename}.{os.getpid()}.{uuid.uuid4().hex[:6]}"
        self.redis = jobs.client()
        self.working = jobs.working_key(self.name)
        self.registry = jobs.workers_key()
        self.heartbeat = jobs.heartbeat_key(self.name)
        self.patience = jobs.heartbeat_seconds()
        self.quiet = quiet
        self.stopping = threading.Event()

    def run(self, burst=False):
        """Work until told to stop or, with `burst`, until the queues are empty."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self.stopping.set())
        self._beat()
        self.redis.sadd(self.registry, self.name)
        self._adopt_lost_jobs()
        beating = threading.Thread(target=self._keep_beating, daemon=True)
        beating.start()
        self._say(f"Worker {self.name}: started, listening on {', '.join(self.queues)}")
        try:
            while not self.stopping.is_set():
                text = self._take(wait=not burst)
                if text:
                    self._perform(json.loads(text))
                    self.redis.lrem(self.working, 1, text)
                elif burst:
                    break
        finally:
            self.stopping.set()
            self.redis.srem(self.registry, self.name)
            self.redis.delete(self.heartbeat)
            self._say(f"Worker {self.name}: stopped")

    def _take(self, wait):
        for queue in self.queues:
            text = self.redis.lmove(queue, self.working, "RIGHT", "LEFT")
            if text:
                return text
        return self.redis.blmove(self.queues[0], self.working, 0.5, "RIGHT", "LEFT") if wait else None

    def _perform(self, job):
        self._say(f"{job['queue']}: {job['method']} for {job['site']} (Job ID: {job['id']})")
        try:
            with frappe.session(job["site"]):
                try:
                    get_attr(job["method"])(**job["kwargs"])
                    frappe.db.commit()
                    self._say(f"{job['queue']}: Job OK ({job['id']})")
                except Exception:
                    self._record_failure(job)
        except Exception:
            traceback.print_exc()
        frappe.local.conf = common_config()

    def _record_failure(self, job):
        frappe.db.rollback()
        trace = traceback.format_exc()
        print(trace, file=sys.stderr, flush=True)
        frappe.db.sql(
            "INSERT INTO `tabError Log` (`name`, `creation`, `modified`, `owner`, `modified_by`, `method`, `error`)"
            " VALUES (%s, NOW(6), NOW(6), 'Administrator', 'Administrator', %s, %s)",
            (job["id"][:10], job["method"], trace),
        )
        frappe.db.commit()

    def _keep_beating(self):
        while not self.stopping.wait(self.patience / 3):
            self._beat()

    def _beat(self):
        self.redis.set(self.heartbeat, "1", px=int(self.patience * 1000))

    def _adopt_lost_jobs(self):
        """Put back what workers had in hand that died without a word."""
        bench = self.registry.removeprefix("rq:workers:")
        for name in self.redis.smembers(self.registry) - {self.name}:
            if self.redis.exists(f"rq:heartbeat:{bench}:{name}"):
                continue
            lost = f"rq:wip:{bench}:{name}"
            while text := self.redis.rpop(lost):
                self.redis.rpush(f"rq:queue:{bench}:{json.loads(text)['queue']}", text)
            self.redis.srem(self.registry, name)

    def _say(self, line):
        if not self.quiet:
            print(line, flush=True)
