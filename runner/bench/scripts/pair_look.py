# Prints, as lines of name=value, what decides over making a server part of a pair: its database, room, role and replication.
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
    done = subprocess.run(["mariadb", "--batch", "--skip-column-names", "--connect-timeout=10", *options],
                          input=statement + ";\n", capture_output=True, text=True, check=False)
    return done.stdout.strip() if done.returncode == 0 else None


def size(path):
    done = subprocess.run(["du", "--summarize", "--bytes", "--exclude=binlog.*", "--exclude=relay*", path],
                          capture_output=True, text=True, check=False)
    return int((done.stdout.split() or ["0"])[0])


data = size(DATA)
left = os.statvfs(DATA)
version = ask("SELECT VERSION()")
print(f"answers={'no' if version is None else 'yes'}")
print(f"version={version or ''}")
print(f"data={data}")
print(f"room={left.f_bavail * left.f_frsize + data}")
print(f"seeded={read('/var/lib/central/seeded')}")
print(f"role={read('/var/lib/central/role')}")
print(f"open={'yes' if not os.path.lexists('/var/lib/central/role') or os.path.exists('/run/central-role/open') else 'no'}")
names = [name for name in (ask("SHOW DATABASES") or "").splitlines() if name not in SYSTEM and not name.startswith("#")]
print(f"databases={','.join(sorted(names))}")
state = {}
for line in (ask("SHOW SLAVE STATUS", "--vertical", "--column-names") or "").splitlines():
    name, _, value = line.strip().partition(": ")
    state.setdefault(name.rstrip(":"), value)
for key, name in (("follows", "Master_Host"), ("io", "Slave_IO_Running"), ("sql", "Slave_SQL_Running")):
    print(f"{key}={state.get(name, '')}")
print(f"error={state.get('Last_SQL_Error') or state.get('Last_IO_Error') or ''}")
