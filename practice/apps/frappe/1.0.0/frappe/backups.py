"""Dumping a site's database and files, and putting a dump back."""

import contextlib
import gzip
import os
import shutil
import subprocess
import tarfile
import tempfile
import time

import frappe
from frappe.database import server_address


def client_program(name):
    """The path of `mariadb-NAME` or of its older name `mysqlNAME`."""
    names = ("mariadb", "mysql") if name == "client" else (f"mariadb-{name}", f"mysql{name}")
    for candidate in names:
        path = shutil.which(candidate)
        if path:
            return path
    raise FileNotFoundError(f"{names[0]} not found in PATH! This is required to take a backup.")


@contextlib.contextmanager
def defaults_file(conf):
    """A 0600 option file with the site's login: a password in argv could be read by anyone."""
    address = server_address(conf)
    lines = ["[client]", f'user="{conf["db_user"]}"', f'password="{_escaped(conf["db_password"])}"']
    lines += [f'socket="{address["unix_socket"]}"'] if "unix_socket" in address else []
    lines += [f'{key}="{address[key]}"' for key in ("host", "port") if key in address]
    if "host" in address:
        lines.append('protocol="tcp"')
    with tempfile.NamedTemporaryFile("w", prefix="practice-", suffix=".cnf") as file:
        file.write("\n".join(lines) + "\n")
        file.flush()
        yield file.name


def _escaped(text):
    return text.replace("\\", "\\\\").replace('"', '\\"')


def default_path(kind, extension):
    """A path in the site's backup folder, named after the moment."""
    stamp = time.strftime("%Y%m%d_%H%M%S")
    name = f"{stamp}-{frappe.local.site.replace('.', '_')}-{kind}.{extension}"
    return frappe.site_path("private", "backups", name)


def dump_database(path):
    """Write a consistent dump of the whole database; gzip when the name ends in .gz.

    The file appears under its name only when it is complete.
    """
    path = os.path.abspath(path)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    staged = path + ".part"
    command = ["--single-transaction", "--quick", "--lock-tables=false", "--skip-dump-date", frappe.conf["db_name"]]
    opener = gzip.open if path.endswith(".gz") else open
    try:
        with defaults_file(frappe.conf) as login, opener(staged, "wb") as target:
            dump = subprocess.Popen(
                [client_program("dump"), f"--defaults-extra-file={login}", *command], stdout=subprocess.PIPE
            )
            shutil.copyfileobj(dump.stdout, target)
            if dump.wait() != 0:
                raise RuntimeError(f"The dump of {frappe.conf['db_name']} ended with status {dump.returncode}")
        os.replace(staged, path)
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(staged)
        raise
    return path


def load_database(path):
    """Feed a dump to the current site's (empty) database."""
    opener = gzip.open if path.endswith(".gz") else open
    with defaults_file(frappe.conf) as login, opener(path, "rb") as source:
        client = subprocess.Popen(
            [client_program("client"), f"--defaults-extra-file={login}", frappe.conf["db_name"]],
            stdin=subprocess.PIPE,
        )
        with contextlib.suppress(BrokenPipeError):
            shutil.copyfileobj(source, client.stdin)
            client.stdin.close()
        if client.wait() != 0:
            raise RuntimeError(f"Restoring {frappe.conf['db_name']} ended with status {client.returncode}")


def pack_files(folder, path):
    """A tar archive of the site's public or private files."""
    os.makedirs(os.path.dirname(os.path.abspath(path)), exist_ok=True)
    with tarfile.open(path, "w:gz" if path.endswith("gz") else "w") as archive:
        archive.add(frappe.site_path(folder, "files"), arcname=f"./{frappe.local.site}/{folder}/files")
    return os.path.abspath(path)


def unpack_files(folder, path):
    """Put an archive's files back under the site's public or private files."""
    marker = f"/{folder}/files/"
    with tarfile.open(path) as archive:
        for member in archive.getmembers():
            inside = member.name.partition(marker)[2]
            if not member.isfile() or not inside or ".." in inside.split("/"):
                continue
            target = frappe.site_path(folder, "files", inside)
            os.makedirs(os.path.dirname(target), exist_ok=True)
            with archive.extractfile(member) as source, open(target, "wb") as file:
                shutil.copyfileobj(source, file)


def readable_size(path):
    """A file's size as people write it."""
    size = float(os.path.getsize(path))
    for unit in ("B", "KiB", "MiB"):
        if size < 1024:
            return f"{size:.1f}{unit}"
        size /= 1024
    return f"{size:.1f}GiB"
