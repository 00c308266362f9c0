# Brings a site's directory to another server, a little at a time: site_tree list|compare|send|receive DIRECTORY
#
# list     says what is in DIRECTORY
# compare  reads what list said elsewhere, removes from DIRECTORY what is not in it and makes its folders, and answers with
#          "files=N bytes=N" and the names of what DIRECTORY lacks or has otherwise
# send     reads those names and answers with an archive of them
# receive  unpacks it into DIRECTORY
#
# Lists and archives are compressed, so that one that was cut short cannot be taken for a whole one. It runs as who owns the
# site, and may be repeated: what is there already is not sent again.
import gzip
import json
import os
import shutil
import stat
import subprocess
import sys

# Of the moment only, as in backups.
LEFT_OUT = {"locks", "logs"}


def entries(top):
    """What is below a directory: path -> [type, mode, size, time of the last change in ns, target of a link]."""
    found, folders = {}, [""]
    while folders:
        folder = folders.pop()
        try:
            listed = list(os.scandir(os.path.join(top, folder)))
        except FileNotFoundError:
            continue  # removed meanwhile
        for entry in listed:
            path = os.path.join(folder, entry.name)
            if path in LEFT_OUT:
                continue
            try:
                seen = entry.stat(follow_symlinks=False)
                link = os.readlink(entry.path) if entry.is_symlink() else ""
            except FileNotFoundError:
                continue
            mode = stat.S_IMODE(seen.st_mode)
            if stat.S_ISDIR(seen.st_mode):
                found[path] = ["d", mode, 0, 0, ""]
                folders.append(path)
            elif link:
                found[path] = ["l", 0, 0, 0, link]
            elif stat.S_ISREG(seen.st_mode):
                found[path] = ["f", mode, seen.st_size, seen.st_mtime_ns, ""]
    return found


def remove(path):
    if os.path.isdir(path) and not os.path.islink(path):
        shutil.rmtree(path)
    elif os.path.lexists(path):
        os.unlink(path)


def compare(top):
    """What DIRECTORY lacks of the list on standard input, once all that is not in it is gone."""
    with gzip.open(sys.stdin.buffer, "rt", encoding="ascii") as listed:
        wanted = json.load(listed)
    os.makedirs(top, exist_ok=True)
    here = entries(top)
    for path, entry in here.items():
        other = wanted.get(path)
        if other is None or other[0] != entry[0]:
            remove(os.path.join(top, path))
    missing, size = [], 0
    for path, entry in sorted(wanted.items()):
        if entry[0] == "d":
            os.makedirs(os.path.join(top, path), exist_ok=True)
            os.chmod(os.path.join(top, path), entry[1])
        elif here.get(path) != entry:
            missing.append(path)
            size += entry[2]
    sys.stdout.buffer.write(f"files={len(missing)} bytes={size}\n".encode())
    answer(missing)


def answer(value):
    with gzip.open(sys.stdout.buffer, "wt", compresslevel=1, encoding="ascii") as packed:
        json.dump(value, packed)


def send(top):
    with gzip.open(sys.stdin.buffer, "rt", encoding="ascii") as listed:
        names = json.load(listed)
    archive = subprocess.Popen(
        ["tar", "--create", "--format=posix", "--hard-dereference", "--no-recursion", "--ignore-failed-read", f"--directory={top}",
         "--null", "--verbatim-files-from", "--files-from=-"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )
    pack = subprocess.Popen(["gzip", "-1n"], stdin=archive.stdout)
    archive.stdout.close()
    for name in names:
        archive.stdin.write(b"./" + os.fsencode(name) + b"\0")
    archive.stdin.close()
    # 1: a file changed or went while it was read, as in a site that serves; the next comparison sees it.
    codes = archive.wait(), pack.wait()
    if codes[0] > 1 or codes[1]:
        sys.exit(f"the files could not be read (tar {codes[0]}, gzip {codes[1]})")


def receive(top):
    unpack = subprocess.Popen(["gzip", "-dc"], stdout=subprocess.PIPE)
    extract = subprocess.Popen(
        ["tar", "--extract", "--preserve-permissions", "--no-same-owner", f"--directory={top}"], stdin=unpack.stdout,
    )
    unpack.stdout.close()
    codes = unpack.wait(), extract.wait()
    if any(codes):
        sys.exit(f"the files could not be unpacked (gzip {codes[0]}, tar {codes[1]})")


os.umask(0o022)
verb, folder = sys.argv[2:4]
if verb == "list":
    if not os.path.exists(os.path.join(folder, "site_config.json")):
        sys.exit(f"there is no site in {folder}")
    answer(entries(folder))
else:
    {"compare": compare, "send": send, "receive": receive}[verb](folder)
