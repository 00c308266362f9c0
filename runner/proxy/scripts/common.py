# What the commands for a proxy have in common. One of them runs at a time; each prints one JSON object.
import fcntl
import glob
import hashlib
import json
import os
import subprocess
import sys
import tempfile
import time

CENTRAL = "/etc/nginx/central"
HOSTS = CENTRAL + "/hosts.map"
CERTIFICATES = CENTRAL + "/certificates.map"
CERTS = CENTRAL + "/certs"
APPLIED = "/var/lib/central/applied/nginx-maps"
RELOADED = "/run/central-nginx-reloaded"

# nginx starts new workers at each reload, and the old ones stay until their requests are done: no more
# often than this, in seconds.
BETWEEN_RELOADS = 1.0


def fail(why):
    sys.exit(why)


def lock():
    handle = open("/run/lock/central-nginx.lock", "w")
    deadline = time.monotonic() + 60
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return handle
        except BlockingIOError:
            if time.monotonic() > deadline:
                fail("another change of this proxy takes longer than a minute")
            time.sleep(0.02)


def read_all(size):
    text = sys.stdin.buffer.read()
    if len(text) != size:  # a lost connection looks like the end of the input
        fail("only a part of the input has arrived")
    return text


def content(path):
    try:
        with open(path, "rb") as handle:
            return handle.read()
    except (FileNotFoundError, ProcessLookupError):  # the latter from /proc, of a process that ends in this moment
        return None


def digests(*paths):
    """Digests by path, without those that are missing. That of a directory is of all files in it."""
    found = {}
    for path in paths:
        if os.path.isdir(path):
            whole = hashlib.sha256()
            for name in sorted(os.listdir(path)):
                text = content(os.path.join(path, name))
                whole.update(("%s %s\n" % (name, hashlib.sha256(text or b"").hexdigest())).encode())
            found[path] = whole.hexdigest()
            continue
        text = content(path)
        if text is not None:
            found[path] = hashlib.sha256(text).hexdigest()
    return found


def refusal(text, options=""):
    """Why nginx refuses the lines of a map from names, empty when it takes them."""
    with tempfile.TemporaryDirectory() as staged:
        with open(staged + "/map", "wb") as handle:
            handle.write(text)
        with open(staged + "/nginx.conf", "w") as handle:
            handle.write(
                "pid %s/pid; error_log stderr; events {} http {"
                " map_hash_max_size 131072; map_hash_bucket_size 512;"
                " map $host $value { %s include %s/map; } }" % (staged, options, staged)
            )
        tried = subprocess.run(["nginx", "-t", "-q", "-c", staged + "/nginx.conf"], capture_output=True, text=True)
        if tried.returncode == 0:
            return ""
        lines = [line for line in tried.stderr.splitlines() if "[emerg]" in line] or tried.stderr.splitlines() or ["nginx -t failed"]
        return lines[-1].split("[emerg]")[-1].split(": ", 1)[-1].split(" in " + staged)[0].strip()


def put(path, text, mode=0o644, group=0):
    """Puts a file in place at once, unless it is so already. Says whether it was changed."""
    if content(path) == text:
        return False
    os.makedirs(os.path.dirname(path), exist_ok=True)
    handle, staged = tempfile.mkstemp(prefix=".staged.", dir=os.path.dirname(path))
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(text)
            out.flush()
            os.fchmod(out.fileno(), mode)
            os.fchown(out.fileno(), 0, group)
            os.fsync(out.fileno())
        os.rename(staged, path)
    except BaseException:
        os.unlink(staged)
        raise
    return True


def put_map(path, text):
    """Puts a map in place. What nginx has read counts no more, also when this is cut off before it is loaded."""
    if content(path) == text:
        return False
    try:
        os.unlink(APPLIED)
    except FileNotFoundError:
        pass
    return put(path, text)


def workers():
    main = subprocess.run(["systemctl", "show", "-p", "MainPID", "--value", "nginx.service"], capture_output=True, text=True).stdout.strip()
    return set((content("/proc/%s/task/%s/children" % (main, main)) or b"").split())


def serves(worker):
    """Says whether a worker still takes new connections: one that was told to end says so in its title."""
    return b"shutting down" not in (content("/proc/%s/cmdline" % worker.decode()) or b"shutting down")


def load():
    """Makes nginx read the maps unless it has. Says whether it was reloaded; returns when no old worker takes requests."""
    wanted = json.dumps(digests(HOSTS, CERTIFICATES), sort_keys=True).encode()
    active = subprocess.run(["systemctl", "is-active", "-q", "nginx.service"]).returncode == 0
    if active and content(APPLIED) == wanted:
        return False
    try:
        time.sleep(min(BETWEEN_RELOADS, max(0, os.stat(RELOADED).st_mtime + BETWEEN_RELOADS - time.time())))
    except FileNotFoundError:
        pass
    tried = subprocess.run(["nginx", "-t", "-q"], capture_output=True, text=True)
    if tried.returncode != 0:
        fail("nginx refuses its settings, so nothing new was loaded: " + tried.stderr.strip())
    before = workers()
    # Not merely reload: it may not be up yet after the machine was started.
    done = subprocess.run(["systemctl", "reload-or-restart", "nginx.service"], capture_output=True, text=True)
    if done.returncode != 0:
        fail("nginx could not be reloaded: " + done.stderr.strip())
    open(RELOADED, "w").close()
    deadline = time.monotonic() + 5
    while any(serves(worker) for worker in before) and time.monotonic() < deadline:
        time.sleep(0.005)
    put(APPLIED, wanted, 0o600)
    return True
