# Takes a site's database back to a dump: restore_tables SITE-DIRECTORY BACKUP-DIRECTORY touched|all
#
# Tables that were not there before are dropped. "touched" restores those that the migration says it wrote,
# those that the database saw change since the dump, those that were emptied, those that are gone, and all whose names
# do not start with "tab", because migrations keep no account of them. Without an account of the migration everything is restored.
# It may be run again after it was cut off.
folder, source, mode = sys.argv[2:5]
started = time.monotonic()
dump = os.path.join(source, "database.sql.gz")
if not os.path.exists(dump):
    sys.exit(f"there is no {dump}")


def lines(name):
    with open(os.path.join(source, name), encoding="utf-8") as file:
        return file.read().splitlines()


def load(*path):
    """What a file of JSON says, None when it is not there or says nothing."""
    try:
        with open(os.path.join(*path), encoding="utf-8") as file:
            return json.load(file)
    except (FileNotFoundError, ValueError):
        return None


def account():
    """The tables that the migration says it wrote, or None when it left no usable word."""
    names = load(folder, "touched_tables.json")
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        return None
    return set(names)


database = Database(read_config(folder))
database.await_answer(300)
before = set(lines("tables.txt"))
moment = int(lines("moment.txt")[0])
now = {
    name: (kind, changed == "1")
    for name, kind, changed in database.rows(
        "SELECT TABLE_NAME, TABLE_TYPE,"
        f" COALESCE(GREATEST(COALESCE(UNIX_TIMESTAMP(CREATE_TIME), 0), COALESCE(UNIX_TIMESTAMP(UPDATE_TIME), 0)) >= {moment}, 0)"
        " FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE()"
    )
}
touched = account() if mode == "touched" else None
contents = load(source, "contents.json")
if touched is None or contents is None:
    touched, chosen = None, before
else:
    touched.update(name for name, held in database.contents().items() if contents.get(name) != held)
    chosen = {
        name for name in before
        if name in touched or name not in now or now[name][1] or not name.startswith("tab") or now[name][0] != "BASE TABLE"
    }
kinds = {"VIEW": "VIEW", "SYSTEM VIEW": "VIEW", "SEQUENCE": "SEQUENCE"}
new = sorted(set(now) - before)

MARKER = re.compile(
    rb"-- (?:Table structure for table|Dumping data for table|Sequence structure for|Temporary table structure for view"
    rb"|Final view structure for view) `((?:[^`]|``)*)`\n"
)
END = b"/*!40103 SET TIME_ZONE=@OLD_TIME_ZONE */;\n"  # from here on the dump is about the session again
# Who made a view or a trigger may be another user than the site's, which only root could say again. Left out, it is
# the site's own.
DEFINER = re.compile(rb"^(/\*!50013) DEFINER=\S+( SQL SECURITY (?:DEFINER|INVOKER) \*/)|^(/\*!50003 CREATE\*/) /\*!50017 DEFINER=\S+\*/( /\*!50003 TRIGGER)")

unpack = subprocess.Popen(["gzip", "-dc", dump], stdout=subprocess.PIPE)
client = database.start("mariadb", "--max-allowed-packet=1G", database.name, stdin=subprocess.PIPE)
restored = set()
try:
    into = client.stdin
    wanted, held = True, b""
    for line in unpack.stdout:
        if line == b"--\n" and not held:  # a comment begins, of which the next line says whose it is
            held = line
            continue
        marker = MARKER.fullmatch(line) if held else None
        if marker:
            name = marker[1].decode().replace("``", "`")
            wanted = name in chosen
            if wanted:
                restored.add(name)
        elif line == END:
            wanted = True
        if wanted:
            if line.startswith((b"/*!50013 DEFINER", b"/*!50003 CREATE*/")):
                line = DEFINER.sub(lambda m: (m[1] or m[3]) + (m[2] or m[4]), line)
            into.write(held + line)
        held = b""
    into.write(b"SET FOREIGN_KEY_CHECKS=0;\n")
    for name in new:
        into.write(f"DROP {kinds.get(now[name][0], 'TABLE')} IF EXISTS {quoted(name)};\n".encode())
    into.close()
except BrokenPipeError:
    pass
code = client.wait()
unpack.stdout.close()
unpacked = unpack.wait()
if code or unpacked:
    sys.exit(f"the database was not restored (mariadb {code}, gzip {unpacked})")
if chosen - restored:
    sys.exit("the dump does not hold " + ", ".join(sorted(chosen - restored)))
say(mode="touched" if touched is not None else "all", restored=len(restored), dropped=len(new), seconds=round(time.monotonic() - started, 3))
