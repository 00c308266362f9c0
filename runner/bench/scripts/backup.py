# What the scripts about backups share: files that are compressed and encrypted, and digests of what is in them.
import hashlib
import pwd
import shutil
import tarfile
import threading

CHUNK = 1 << 20


def digest_of(path):
    """SHA-256 of a file, None when there is none."""
    digest = hashlib.sha256()
    try:
        with open(path, "rb") as file:
            for chunk in iter(lambda: file.read(CHUNK), b""):
                digest.update(chunk)
    except FileNotFoundError:
        return None
    return digest.hexdigest()


def must_be(path, wanted):
    """End unless a file is the one that was written when the backup was taken."""
    found = digest_of(path)
    if found is None:
        sys.exit(f"there is no {path}")
    if found != wanted:
        sys.exit(f"{path} is not what was backed up: it was cut short or altered")


def as_user(user):
    """What makes a child process run as a user: what lies in a site's directory is theirs, and may be anything."""
    if not user or os.getuid() != 0:
        return {}
    account = pwd.getpwnam(user)
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": [account.pw_gid], "cwd": "/"}


def need_age():
    if not shutil.which("age"):
        sys.exit("age, which encrypts backups, is not installed on this server; set the server up again")


class Sealed:
    """A file that is written compressed and encrypted, so that nothing else of it touches a disk."""

    def __init__(self, path, recipients):
        need_age()
        self.path, self.size, self.digest = path, 0, hashlib.sha256()
        names = [word for recipient in recipients for word in ("--recipient", recipient)]
        self.file = open(path + ".part", "wb")
        self.pack = subprocess.Popen(["gzip", "-1n"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.seal = subprocess.Popen(["age", "--encrypt", *names], stdin=self.pack.stdout, stdout=subprocess.PIPE)
        self.pack.stdout.close()
        self.failed = None
        self.writer = threading.Thread(target=self.drain, daemon=True)
        self.writer.start()

    def drain(self):
        try:
            for chunk in iter(lambda: self.seal.stdout.read(CHUNK), b""):
                self.digest.update(chunk)
                self.file.write(chunk)
                self.size += len(chunk)
            self.file.flush()
            os.fsync(self.file.fileno())
        except OSError as why:
            self.failed = why
            self.seal.kill()

    def write(self, data):
        self.pack.stdin.write(data)

    def close(self):
        """Finish the file and read it once more; it gets its name only when it is what was written."""
        self.pack.stdin.close()
        self.writer.join()
        codes = self.pack.wait(), self.seal.wait()
        self.file.close()
        if self.failed or any(codes):
            sys.exit(f"{self.path} could not be written (gzip {codes[0]}, age {codes[1]}): {self.failed or 'see above'}")
        must_be(self.path + ".part", self.digest.hexdigest())
        os.rename(self.path + ".part", self.path)


class Opened:
    """What a Sealed file holds, as a stream. The identity is handed to age in memory."""

    def __init__(self, path, identity):
        need_age()
        key = os.memfd_create("identity")
        os.write(key, identity.encode() + b"\n")
        self.open = subprocess.Popen(["age", "--decrypt", "--identity", f"/dev/fd/{key}", path], pass_fds=[key], stdout=subprocess.PIPE)
        os.close(key)
        self.unpack = subprocess.Popen(["gzip", "-dc"], stdin=self.open.stdout, stdout=subprocess.PIPE)
        self.open.stdout.close()
        self.stdout = self.unpack.stdout

    def close(self):
        self.stdout.close()
        codes = self.unpack.wait(), self.open.wait()
        if any(codes):
            sys.exit(f"the backup could not be read (gzip {codes[0]}, age {codes[1]})")


# Who made a view or a trigger may be another user than the site's, which only root could say again. Left out, it is
# the site's own.
DEFINER = re.compile(rb"^(/\*!50013) DEFINER=\S+( SQL SECURITY (?:DEFINER|INVOKER) \*/)|^(/\*!50003 CREATE\*/) /\*!50017 DEFINER=\S+\*/( /\*!50003 TRIGGER)")


def ownerless(line):
    """A line of a dump without who made a view or a trigger."""
    if line.startswith((b"/*!50013 DEFINER", b"/*!50003 CREATE*/")):
        return DEFINER.sub(lambda m: (m[1] or m[3]) + (m[2] or m[4]), line)
    return line


def tables_digest(dump, onward=None):
    """SHA-256 of what a dump says of its tables, whatever the database is called and whoever made it; each line is
    handed on as it is."""
    digest = hashlib.sha256()
    for line in dump:
        if onward:
            onward(line)
        if not line.startswith((b"-- ", b"/*!999999", b"/*M!999999")):
            digest.update(ownerless(line))
    return digest.hexdigest()


class Tee:
    """A stream that hands on all that is read from it."""

    def __init__(self, stream, onward):
        self.stream, self.onward = stream, onward

    def read(self, size):
        data = self.stream.read(size)
        if self.onward:
            self.onward(data)
        return data


def tree_digest(stream, onward=None):
    """SHA-256 of what an archive of a site holds but for its configuration, and how many files that are."""
    lines, files = [], 0
    source = Tee(stream, onward)
    with tarfile.open(fileobj=source, mode="r|") as archive:
        for member in archive:
            name = os.path.normpath(member.name)
            if name in (".", "site_config.json"):
                continue
            held = member.linkname
            if member.isreg():
                files += 1
                digest, content = hashlib.sha256(), archive.extractfile(member)
                for chunk in iter(lambda: content.read(CHUNK), b""):
                    digest.update(chunk)
                held = digest.hexdigest()
            mode = 0 if member.issym() else member.mode
            lines.append(json.dumps([name, member.type.decode(), mode, held]))
    while source.read(CHUNK):
        pass
    return hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest(), files


def pack_site(folder, user):
    """Start to archive a site's directory, but for what is only of the moment. --hard-dereference makes each file stand
    for itself."""
    return subprocess.Popen(
        ["tar", "--create", "--format=posix", "--sort=name", "--hard-dereference", f"--directory={folder}",
         "--exclude=./locks", "--exclude=./logs", "."],
        stdout=subprocess.PIPE, **as_user(user),
    )


def dropping_all(database):
    """The statements that empty a database."""
    kinds = {"VIEW": "VIEW", "SYSTEM VIEW": "VIEW", "SEQUENCE": "SEQUENCE"}
    found = database.rows("SELECT TABLE_NAME, TABLE_TYPE FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE()")
    return b"SET FOREIGN_KEY_CHECKS=0;\n" + "".join(
        f"DROP {kinds.get(kind, 'TABLE')} IF EXISTS {quoted(name)};\n" for name, kind in found
    ).encode()
