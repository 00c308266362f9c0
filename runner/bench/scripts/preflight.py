# What must be so before a site is taken down: preflight HOST FROM-REVISION TO-REVISION UNIT-PREFIX
#
# Answers with key=value lines and judges nothing. What cannot be found out is left out.
import contextlib
import io
import socket

host, source, target, units = sys.argv[2:6]


def free(path):
    stat = os.statvfs(path)
    return stat.f_bavail * stat.f_frsize


def state(unit):
    return subprocess.run(["systemctl", "is-active", unit], stdout=subprocess.PIPE, text=True).stdout.strip()


def ping(address):
    """Whether a Redis answers at redis://HOST:PORT."""
    found = re.fullmatch(r"redis://([^:/@]+):([0-9]+)(/[0-9]*)?", address or "")
    if not found:
        return "unknown"
    try:
        with socket.create_connection((found[1], int(found[2])), timeout=3) as connection:
            connection.sendall(b"PING\r\n")
            return "yes" if connection.recv(64).startswith(b"+PONG") else "no"
    except OSError:
        return "no"


def patches(database):
    """How many patches of the new revision the site has not had; None when that cannot be told."""
    try:
        done = {row[0] for row in database.rows("SELECT `patch` FROM `tabPatch Log`")}
        apps = database.apps()
    except (SystemExit, ValueError):
        return None
    waiting = 0
    for app in apps:
        try:
            with open(os.path.join(target, "apps", app, app, "patches.txt"), encoding="utf-8") as file:
                lines = [line.strip() for line in file]
        except OSError:
            continue
        waiting += sum(1 for line in lines if line and line[0] not in "#[" and line.replace("finally:", "") not in done)
    return waiting


# Backups may have a disk of their own.
backups = "/home/frappe/backups"
home_free = min(free("/home/frappe"), free(backups)) if os.path.isdir(backups) else free("/home/frappe")
say(home_free=home_free, mysql_free=free("/var/lib/mysql"))
say(built="yes" if os.path.exists(os.path.join(target, ".central-built")) else "no")
at_source = os.path.exists(os.path.join(source, "sites", host, "site_config.json"))
at_target = os.path.exists(os.path.join(target, "sites", host, "site_config.json"))
say(site={(True, False): "source", (False, True): "target", (True, True): "both"}.get((at_source, at_target), "missing"))
for kind in ("web", "worker", "schedule", "redis-cache", "redis-queue"):
    say(**{"unit." + kind: state(f"{units}-{kind}.service")})
try:
    with open(os.path.join(target, "sites", "common_site_config.json"), encoding="utf-8") as file:
        common = json.load(file)
except (OSError, ValueError):
    common = {}
say(redis_cache=ping(common.get("redis_cache")), redis_queue=ping(common.get("redis_queue")))
places = [os.path.join(revision, "sites") for revision in (source, target)]
if all(map(os.path.isdir, places)):
    say(same_disk="yes" if os.stat(places[0]).st_dev == os.stat(places[1]).st_dev else "no")
if at_source or at_target:
    config = read_config(os.path.join(source if at_source else target, "sites", host))
    say(maintenance="yes" if config.get("maintenance_mode") else "no")
    say(reads="yes" if config.get("allow_reads_during_maintenance") else "no")
    database = Database(config)
    size = database.rows(
        "SELECT COALESCE(SUM(DATA_LENGTH + INDEX_LENGTH), 0), COUNT(*) FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE()"
    )[0]
    say(database_bytes=size[0], tables=size[1])
    # A bench that was made by hand may say more of its databases than a new revision does.
    own = json.load(open(os.path.join(source if at_source else target, "sites", host, "site_config.json"), encoding="utf-8"))
    try:
        with contextlib.redirect_stderr(io.StringIO()):
            Database({**common, **own}).rows("SELECT 1")
        say(database_there="yes")
    except SystemExit:
        say(database_there="no")
    waiting = patches(database)
    if waiting is not None:
        say(patches=waiting)
