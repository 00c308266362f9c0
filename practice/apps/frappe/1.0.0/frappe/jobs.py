"""Background jobs: lists in Redis at `redis_queue`, one for each queue of the bench.

A job is a JSON text. It is moved, never copied, from its queue to the list of the worker that runs it,
and removed from there when it has ended: at every moment it is in exactly one list.
"""

import json
import os
import time
import uuid

import frappe

QUEUES = ("short", "default", "long")
DEFAULT_HEARTBEAT_SECONDS = 15


def client():
    """A connection to the queues."""
    import redis

    return redis.Redis.from_url(frappe.local.conf["redis_queue"], decode_responses=True, socket_connect_timeout=2)


def bench_id():
    """What keeps the jobs of benches apart that share a Redis."""
    return frappe.local.conf.get("bench_id") or os.path.basename(
        os.path.dirname(os.path.abspath(frappe.local.sites_path))
    )


def queue_key(queue):
    """The list of jobs that wait."""
    return f"rq:queue:{bench_id()}:{queue}"


def working_key(worker):
    """The list with the job that a worker runs."""
    return f"rq:wip:{bench_id()}:{worker}"


def workers_key():
    """The set of workers that have registered."""
    return f"rq:workers:{bench_id()}"


def heartbeat_key(worker):
    """A key that expires when a worker has died."""
    return f"rq:heartbeat:{bench_id()}:{worker}"


def heartbeat_seconds():
    """How long a silent worker counts as alive."""
    return float(frappe.local.conf.get("worker_heartbeat_seconds") or DEFAULT_HEARTBEAT_SECONDS)


def enqueue(method, queue="default", timeout=300, **kwargs):
    """Queue a call of `method` (a dotted name) for the current site and return the job's id."""
    if queue not in QUEUES:
        raise ValueError(f"Queue should be one of {', '.join(QUEUES)}")
    job = {
        "id": uuid.uuid4().hex,
        "site": frappe.local.site,
        "queue": queue,
        "method": method,
        "kwargs": kwargs,
        "timeout": timeout,
        "enqueued_at": time.time(),
    }
    client().lpush(queue_key(queue), json.dumps(job))
    return job["id"]


def pending(site):
    """Jobs of a site that wait or run."""
    redis = client()
    keys = [queue_key(queue) for queue in QUEUES]
    keys += [working_key(worker) for worker in redis.smembers(workers_key())]
    jobs = [json.loads(text) for key in keys for text in redis.lrange(key, 0, -1)]
    return [job for job in jobs if job["site"] == site]


def pause(seconds=1):
    """A job that only takes its time."""
    time.sleep(float(seconds))


def fail(message="This job fails"):
    """A job that fails."""
    raise RuntimeError(message)
