# Prints, as lines of name=value, what decides over making a server part of a pair: its database, room, role and replication.
# It is asked of a bare machine too, which has no MariaDB yet, or one that somebody else put there.
import os
import subprocess

DATA = "/var/lib/mysql"
SYSTEM = ("information_schema", "mysql", "performance_schema", "sys")


def read(path):
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return " ".join(file.read().split())
    except OSError:
        return ""


def ask(statement, *options):
    """What the database answers; None when it does not, or is not there."""
    for client in ("mariadb", "mysql"):
        try:
            done = subprocess.run([client, "--batch", "--skip-column-names", "--connect-timeout=10", *options],
                                  input=statement + ";\n", capture_output=True, text=True, check=False)
        except FileNotFoundError:
            continue
        return done.stdout.strip() if done.returncode == 0 else None
    return None


def databases():
    """The databases by name: as the database says, or else those whose directories hold tables."""
    said = ask("SHOW DATABASES")
    if said is not None:
        return said.splitlines()
    try:
        below = [entry for entry in os.scandir(DATA) if entry.is_dir(follow_symlinks=False)]
    except OSError:
        return []
    return [entry.name for entry in below if entry.name != "lost+found" and set(os.listdir(entry.path)) - {"db.opt"}]


def there(path):
    """The path, or the directory above it that is there."""
    while not os.path.isdir(path):
        path = os.path.dirname(path)
    return path


def size(path):
    if not os.path.isdir(path):
        return 0
    done = subprocess.run(["du", "--summarize", "--bytes", "--exclude=binlog.*", "--exclude=relay*", path],
                          capture_output=True, text=True, check=False)
    return int((done.stdout.split() or ["0"])[0])


data = size(DATA)
left = os.statvfs(there(DATA))
version = ask("SELECT VERSION()")
print(f"answers={'no' if version is None else 'yes'}")
print(f"version={version or ''}")
print(f"data={data}")
print(f"room={left.f_bavail * left.f_frsize + data}")
print(f"seeded={read('/var/lib/central/seeded')}")
print(f"role={read('/var/lib/central/role')}")
print(f"open={'yes' if not os.path.lexists('/var/lib/central/role') or os.path.exists('/run/central-role/open') else 'no'}")
names = [name for name in databases() if name not in SYSTEM and not name.startswith("#")]
print(f"databases={','.join(sorted(names))}")
state = {}
for line in (ask("SHOW SLAVE STATUS", "--vertical", "--column-names") or "").splitlines():
    name, _, value = line.strip().partition(": ")
    state.setdefault(name.rstrip(":"), value)
for key, name in (("follows", "Master_Host"), ("io", "Slave_IO_Running"), ("sql", "Slave_SQL_Running")):
    print(f"{key}={state.get(name, '')}")
print(f"error={state.get('Last_SQL_Error') or state.get('Last_IO_Error') or ''}")
