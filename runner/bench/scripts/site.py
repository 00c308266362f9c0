# What the other scripts know of a site: its configuration and its database.
import fcntl
import json
import os
import re
import subprocess
import sys
import time


def read_config(folder):
    """The configuration of a site as Frappe reads it: the bench's, overlaid with the site's own."""
    config = {}
    for path in (os.path.join(os.path.dirname(folder), "common_site_config.json"), os.path.join(folder, "site_config.json")):
        try:
            with open(path, encoding="utf-8") as file:
                config.update(json.load(file))
        except FileNotFoundError:
            if path.endswith("/site_config.json"):
                sys.exit(f"there is no site in {folder}")
    return config


def write_config(folder, changes):
    """Change keys of site_config.json (None removes one) under Frappe's own lock. The file is replaced in one
    step: a full disk or a lost machine leaves the old content. Returns whether anything was different."""
    path = os.path.join(folder, "site_config.json")
    os.makedirs(os.path.join(folder, "locks"), exist_ok=True)
    with open(os.path.join(folder, "locks", "site_config.lock"), "a", encoding="utf-8") as lock:
        deadline = time.monotonic() + 10
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > deadline:
                    sys.exit("site_config.json is locked by another process")
                time.sleep(0.05)
        try:
            with open(path, encoding="utf-8") as file:
                old = json.load(file)
                mode = os.fstat(file.fileno()).st_mode & 0o777
        except FileNotFoundError:
            sys.exit(f"there is no site in {folder}")
        new = {key: value for key, value in {**old, **changes}.items() if value is not None}
        if new == old:
            return False
        staged = f"{path}.{os.getpid()}.new"
        try:
            with open(os.open(staged, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
                json.dump(new, file, indent=1, sort_keys=True)
                file.write("\n")
                file.flush()
                os.fsync(file.fileno())
            os.chmod(staged, mode)
            os.rename(staged, path)
        except BaseException:
            if os.path.exists(staged):
                os.unlink(staged)
            raise
    return True


class Database:
    """A site's database, reached with the site's own credentials. They are handed to the client in a file in
    memory, so that they are neither on a command line nor on a disk."""

    def __init__(self, config):
        self.name = config["db_name"]
        options = {
            "user": config.get("db_user") or self.name,
            "password": config.get("db_password") or "",
            "default-character-set": "utf8mb4",
        }
        if config.get("db_socket"):
            options["socket"] = config["db_socket"]
        else:
            options["host"] = config.get("db_host") or "127.0.0.1"
            options["port"] = str(config.get("db_port") or 3306)
        text = "[client]\n"
        for key, value in options.items():
            if "\n" in value:
                sys.exit(f"a line break in {key}")
            escaped = value.replace("\\", "\\\\").replace('"', '\\"')
            text += f'{key}="{escaped}"\n'
        self.options = os.memfd_create("client")
        os.fchmod(self.options, 0o600)  # a file that others may write is ignored by the client
        os.write(self.options, text.encode())

    def start(self, program, *arguments, **streams):
        """Start a client program."""
        command = [program, f"--defaults-extra-file=/dev/fd/{self.options}", *arguments]
        return subprocess.Popen(command, pass_fds=[self.options], **streams)

    def await_answer(self, seconds):
        """Wait until the database answers: after a crash of the machine it comes up later than SSH."""
        deadline = time.monotonic() + seconds
        while True:
            client = self.start("mariadb", "-e", "SELECT 1", stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
            _, said = client.communicate()
            if not client.returncode:
                return
            if time.monotonic() > deadline:
                sys.exit(f"the database does not answer: {said.decode('utf-8', 'replace').strip()}")
            time.sleep(0.2)

    def rows(self, query):
        """The rows of a query, each a list of texts; NULL is the text NULL."""
        client = self.start("mariadb", "--batch", "--skip-column-names", self.name, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        output, _ = client.communicate(query.encode())
        if client.returncode:
            sys.exit(f"the database did not answer (status {client.returncode})")
        plain = {"\\n": "\n", "\\t": "\t", "\\0": "\0", "\\\\": "\\"}
        return [
            [re.sub(r"\\[nt0\\]", lambda m: plain[m[0]], cell) for cell in line.split("\t")]
            for line in output.decode("utf-8", "replace").split("\n")[:-1]
        ]

    def apps(self):
        """The apps that the site has, in their order. `tabInstalled Application`, which Frappe's list-apps goes by, is
        written by migrations and removals only: a new site has no row there, and a new app none until then."""
        found = self.rows("SELECT `defvalue` FROM `tabDefaultValue` WHERE `parent` = '__global' AND `defkey` = 'installed_apps'")
        names = json.loads(found[0][0]) if found else []
        return [name for name in names if isinstance(name, str)] if isinstance(names, list) else []

    def contents(self):
        """What a TRUNCATE changes, which neither Frappe nor the database keeps account of: for each table whether it
        holds rows, and the next number that it would give."""
        numbers = dict(self.rows(
            "SELECT TABLE_NAME, COALESCE(AUTO_INCREMENT, 0) FROM information_schema.TABLES"
            " WHERE TABLE_SCHEMA = DATABASE() AND TABLE_TYPE = 'BASE TABLE'"
        ))
        names, filled = sorted(numbers), set()
        for start in range(0, len(names), 200):
            some = names[start : start + 200]
            found = self.rows(" UNION ALL ".join(
                f"SELECT {i} FROM DUAL WHERE EXISTS (SELECT 1 FROM {quoted(name)})" for i, name in enumerate(some)
            ))
            filled.update(some[int(row[0])] for row in found)
        return {name: [name in filled, number] for name, number in numbers.items()}

    def dump(self, **streams):
        """Start a dump of all tables as they are at one moment."""
        return self.start(
            "mariadb-dump", "--single-transaction", "--quick", "--skip-dump-date", "--hex-blob", "--no-tablespaces",
            "--max-allowed-packet=1G", self.name, **streams,
        )


def quoted(name):
    """A name as SQL."""
    return "`" + name.replace("`", "``") + "`"


def say(**values):
    """Answer with lines of key=value."""
    for key, value in values.items():
        print(f"{key}={value}", flush=True)
