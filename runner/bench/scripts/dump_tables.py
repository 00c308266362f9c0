# Backs a site's database up before it is migrated: dump_tables SITE-DIRECTORY BACKUP-DIRECTORY [LIKE]
#
# With LIKE the backup belongs to whom that directory belongs: the one who restores may not be the one who takes it.
# database.sql.gz appears last, under its name at once and complete. One that is there is never replaced: it was taken
# before the migration began, and a second one might be taken after.
folder, target = sys.argv[2:4]
final = os.path.join(target, "database.sql.gz")
started = time.monotonic()
if os.path.exists(final):
    say(dump="kept", bytes=os.path.getsize(final))
    sys.exit()
os.umask(0o077)
os.makedirs(target, exist_ok=True)


def write(name, text):
    path = os.path.join(target, name)
    with open(path + ".tmp", "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    os.rename(path + ".tmp", path)


database = Database(read_config(folder))
tables = database.rows("SHOW TABLES")
write("tables.txt", "".join(sorted(row[0] + "\n" for row in tables)))
write("contents.json", json.dumps(database.contents()))
# The database's own clock is what it stamps changed tables with.
write("moment.txt", database.rows("SELECT UNIX_TIMESTAMP()")[0][0] + "\n")
with open(final + ".tmp", "wb") as file:
    dump = database.dump(stdout=subprocess.PIPE)
    pack = subprocess.Popen(["gzip", "-1n"], stdin=dump.stdout, stdout=file)
    dump.stdout.close()
    # Both are waited for before either is judged.
    codes = pack.wait(), dump.wait()
    if any(codes):
        os.unlink(final + ".tmp")
        sys.exit(f"the dump failed (gzip {codes[0]}, mariadb-dump {codes[1]})")
    os.fsync(file.fileno())
if sys.argv[4:]:
    for path in (os.path.dirname(target), target, *(os.path.join(target, name) for name in os.listdir(target))):
        os.chown(path, *(os.lstat(sys.argv[4])[4:6]), follow_symlinks=False)
os.rename(final + ".tmp", final)
directory = os.open(target, os.O_RDONLY)
os.fsync(directory)
say(dump="taken", bytes=os.path.getsize(final), tables=len(tables), seconds=round(time.monotonic() - started, 3))
