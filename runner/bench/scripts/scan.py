# Looks for benches that somebody made by hand, and changes nothing: scan DIRECTORY...
#
# Below each directory, such as /home/erp, a bench is a directory with sites/apps.txt, apps/ and env/. The answer is one
# JSON object. Passwords are used to ask each site's database how large it is, and appear nowhere. What belongs to
# a user is looked at with git as that user: a repository can name programs that git runs.
import glob
import http.client
import pwd

REDIS = re.compile(r"rediss?://(?:[^@/]*@)?([^:/]+):([0-9]+)")
VERSION = re.compile(r"""^__version__\s*=\s*["']([^"']{1,100})["']""", re.M)
# What a bench's own configuration says of its processes, and a new revision says for itself.
OWN_KEYS = {
    "background_workers", "db_host", "db_port", "db_socket", "db_type", "developer_mode", "dns_multitenant", "file_watcher_port",
    "frappe_user", "gunicorn_workers", "live_reload", "rebase_on_pull", "redis_cache", "redis_queue", "redis_socketio",
    "restart_supervisor_on_update", "restart_systemd_on_update", "root_password", "root_login", "serve_default_site",
    "shallow_clone", "socketio_port", "update_bench_on_update", "use_redis_auth", "webserver_port", "workers",
    "mariadb_root_password", "default_site", "admin_password", "auto_update",
}
MOST_SITES, MOST_BENCHES = 2000, 50


def run(command, seconds=20, user=None):
    """What a command prints, None when it fails or takes too long."""
    if user and user != "root":
        command = ["runuser", "-u", user, "--", *command]
    env = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8", "GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0"}
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=seconds, env=env, cwd="/")
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.decode("utf-8", "replace") if done.returncode == 0 else None


def found(program):
    return any(os.access(os.path.join(place, program), os.X_OK) for place in ("/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"))


def text(*path):
    try:
        with open(os.path.join(*path), encoding="utf-8", errors="replace") as file:
            return file.read(1 << 20)
    except OSError:
        return ""


def settings(*path):
    try:
        value = json.loads(text(*path))
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def number(value, otherwise=0):
    try:
        return int(value)
    except (TypeError, ValueError):
        return otherwise


def owner_of(path):
    uid = os.stat(path).st_uid
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def device(path):
    """The file system that path is on, or would be."""
    while not os.path.exists(path):
        path = os.path.dirname(path)
    return os.stat(path).st_dev


def plain(address):
    """A repository's address without the password that it may hold, and whether it held one."""
    scheme, mark, rest = address.partition("://")
    if not mark or "@" not in rest.partition("/")[0]:
        return address, False
    user, _, rest = rest.partition("@")
    if scheme == "ssh" and ":" not in user:
        return address, False
    return scheme + "://" + rest, True


def app(bench, name, owner):
    place = os.path.join(bench, "apps", name)

    def git(*arguments):
        answer = run(["git", "-c", "safe.directory=*", "-C", place, *arguments], user=owner)
        return answer.strip() if answer is not None else ""

    top = git("rev-parse", "--show-toplevel")
    mine = bool(top) and os.path.realpath(top) == os.path.realpath(place)
    address = ""
    if mine:
        remotes = git("remote").split()
        for remote in ["upstream", "origin", *remotes]:
            if remote in remotes:
                address = git("config", "--get", f"remote.{remote}.url")
                break
    address, secret = plain(address)
    version = VERSION.search(text(place, name, "__init__.py"))
    return {
        "app": name, "version": version[1] if version else "", "commit": git("rev-parse", "HEAD") if mine else "",
        "branch": git("symbolic-ref", "--quiet", "--short", "HEAD") if mine else "", "remote": address, "secretInRemote": secret,
        "changedFiles": len(git("status", "--porcelain", "--untracked-files=no").splitlines()) if mine else 0,
    }


def ask(port, host, seconds=15):
    """How a port of this machine answers for a host: status and where it sends people to."""
    try:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=seconds)
        connection.request("GET", "/api/method/ping", headers={"Host": host, "X-Frappe-Site-Name": host, "Accept": "application/json"})
        answer = connection.getresponse()
        connection.close()
        return answer.status, answer.getheader("Location") or ""
    except (OSError, http.client.HTTPException, UnicodeError):
        return 0, ""


LOCAL = ("", "localhost", "127.0.0.1", "::1")


def database(folder, common):
    """The size of a site's database and the apps that it says are installed."""
    config = {**common, **settings(folder, "site_config.json")}
    name = config.get("db_name")
    answer = {
        "database": name if isinstance(name, str) else "", "databaseType": str(config.get("db_type") or "mariadb"),
        "databaseHost": str(config.get("db_host") or ""), "databaseBytes": 0, "databaseFound": False, "apps": [],
    }
    if not answer["database"] or answer["databaseType"] != "mariadb" or answer["databaseHost"] not in LOCAL:
        return answer
    try:
        reached = Database(config)
        size = reached.rows("SELECT COALESCE(SUM(DATA_LENGTH + INDEX_LENGTH), 0), COUNT(*) FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE()")[0]
        answer["databaseBytes"], answer["databaseFound"] = int(size[0]), int(size[1]) > 0
        answer["apps"] = reached.apps()
    except (SystemExit, KeyError, OSError, AttributeError, TypeError, ValueError):
        pass
    return answer


def site(bench, name, common, port):
    folder = os.path.join(bench, "sites", name)
    config = settings(folder, "site_config.json")
    size = run(["du", "-sxb", "--", os.path.realpath(folder)], seconds=20)
    status, sent = ask(80, name)
    domains = [d if isinstance(d, str) else d.get("domain") for d in config.get("domains") or [] if isinstance(d, (str, dict))]
    return {
        "name": name, **database(folder, common), "fileBytes": number(size.split()[0], -1) if size else -1,
        "link": os.path.islink(folder), "maintenance": bool(config.get("maintenance_mode")),
        "status": status, "redirect": sent[:200], "statusOfBench": ask(port, name)[0],
        "otherNames": sorted({d for d in domains if isinstance(d, str) and d != name})[:50],
    }


def bench(path):
    common, owner = settings(path, "sites", "common_site_config.json"), owner_of(path)
    names = [line.strip() for line in text(path, "sites", "apps.txt").splitlines() if line.strip()]
    names = [name for name in dict.fromkeys(names) if "/" not in name and os.path.isdir(os.path.join(path, "apps", name))]
    names.sort(key=lambda name: name != "frappe")
    python = re.search(r"^version(?:_info)?\s*=\s*(3\.[0-9]+)", text(path, "env", "pyvenv.cfg"), re.M)
    python = "python" + python[1] if python else ""
    web = number(common.get("webserver_port"), 8000)
    redis = {}
    for key in ("redis_cache", "redis_queue", "redis_socketio"):
        match = REDIS.match(str(common.get(key) or ""))
        redis[key] = number(match[2]) if match else 0
    sites = [
        entry for entry in sorted(os.listdir(os.path.join(path, "sites")))
        if entry != "assets" and os.path.exists(os.path.join(path, "sites", entry, "site_config.json"))
    ]
    return {
        "path": path, "owner": owner, "group": group_of(path), "python": python, "pythonFound": bool(python) and found(python),
        "webPort": web, "socketioPort": number(common.get("socketio_port"), 9000),
        "redisCachePort": redis["redis_cache"], "redisQueuePort": redis["redis_queue"], "redisSocketioPort": redis["redis_socketio"],
        "workers": number(common.get("background_workers"), 1), "webWorkers": number(common.get("gunicorn_workers"), 2),
        "settings": sorted(key for key in common if isinstance(key, str) and key not in OWN_KEYS)[:100],
        "sameDisk": device(os.path.join(path, "sites")) == device("/home/frappe/benches"),
        "processes": processes(path),
        "apps": [app(path, name, owner) for name in names],
        "sites": [site(path, name, common, web) for name in sites[:MOST_SITES]],
    }


def group_of(path):
    import grp

    gid = os.stat(path).st_gid
    try:
        return grp.getgrgid(gid).gr_name
    except KeyError:
        return str(gid)


def processes(path):
    """The systemd units whose processes run in the bench, such as supervisor.service."""
    units = {}
    for status in glob.glob("/proc/[0-9]*/cwd"):
        try:
            inside = (os.readlink(status) + "/").startswith(path + "/")
            if inside:
                group = text(os.path.dirname(status), "cgroup")
                name = re.search(r"/([^/\n]+\.(?:service|scope))", group)
                units[name[1] if name else "by hand"] = units.get(name[1] if name else "by hand", 0) + 1
        except OSError:
            continue
    return [{"unit": unit, "count": units[unit]} for unit in sorted(units)][:50]


def listening():
    """The ports that something listens on."""
    ports = set()
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        for line in text(table).splitlines()[1:]:
            fields = line.split()
            if len(fields) > 3 and fields[3] == "0A":
                ports.add(int(fields[1].rsplit(":", 1)[1], 16))
    return sorted(ports)


def web_server():
    """Which names nginx knows on port 80 and on ports with TLS, and whether somebody chose what answers for all others."""
    answer = {"installed": found("nginx"), "works": False, "defaultChosen": False, "names": [], "addresses": [], "tlsNames": []}
    shown = run(["nginx", "-T"]) if answer["installed"] else None
    if shown is None:
        return answer
    answer["works"] = True
    shown = re.sub(r"^\s*#.*$|\s#.*$", "", shown, flags=re.M)
    names, secure, addresses = set(), set(), set()
    for match in re.finditer(r"\bserver\s*\{", shown):
        depth, end = 1, match.end()
        while depth and end < len(shown):
            depth += {"{": 1, "}": -1}.get(shown[end], 0)
            end += 1
        block = shown[match.end():end]
        own = re.sub(r"\{[^{}]*\}", "", block)
        while re.search(r"\{[^{}]*\}", own):
            own = re.sub(r"\{[^{}]*\}", "", own)
        listens = [found.split() for found in re.findall(r"\blisten\s+([^;]+);", own)] or [["80"]]
        called = {name for found in re.findall(r"\bserver_name\s+([^;]+);", own) for name in found.split()}
        for listen in listens:
            if re.fullmatch(r"(?:.*:)?80|[^:/]*\.[^:/]*", listen[0]):
                names |= called
                if not re.fullmatch(r"80|\*:80|0\.0\.0\.0:80|\[::\]:80", listen[0]) and not listen[0].startswith(("127.", "[::1]", "localhost")):
                    addresses.add(listen[0])
                answer["defaultChosen"] |= "default_server" in listen and not listen[0].startswith("[")
            if "ssl" in listen:
                secure |= called
    answer["addresses"] = sorted(addresses)[:50]
    answer["names"], answer["tlsNames"] = sorted(names)[:5000], sorted(secure)[:5000]
    return answer


def places():
    for top in sys.argv[2:]:
        for path in sorted(glob.glob(top)):
            yield path
            yield from sorted(glob.glob(os.path.join(glob.escape(path), "*")))


benches = {}
for path in places():
    real = os.path.realpath(path)
    inside = [os.path.join(real, part) for part in ("sites/apps.txt", "apps", "env")]
    if real.startswith("/home/frappe/benches/") or not all(os.path.exists(part) for part in inside) or len(benches) >= MOST_BENCHES:
        continue
    if real not in benches:
        benches[real] = bench(real)
print(json.dumps({
    "benches": [benches[path] for path in sorted(benches)],
    "web": web_server(),
    "ports": [port for port in listening() if 8000 <= port < 14000],
    "databaseVersion": (run(["mariadbd", "--version"]) or run(["mysqld", "--version"]) or "").strip()[:200],
    "databaseTools": found("mariadb") and found("mariadb-dump"),
    "databaseRoot": run(["mariadb", "--no-defaults", "--protocol=socket", "--user=root", "-e", "SELECT 1"]) is not None,
    "redisFound": os.access("/usr/bin/redis-server", os.X_OK),
}))
