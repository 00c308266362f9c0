# Backs a site up while it serves: take_backup SITE-DIRECTORY BASE USER RECIPIENT...
#
# BASE.database.age and BASE.files.age are compressed and encrypted to the recipients, who are not on this server: it
# cannot open them. BASE.json appears last and says what they are; a backup that has it is never replaced.
folder, base, user = sys.argv[2:5]
recipients = sys.argv[5:]
started = time.monotonic()
os.umask(0o077)
parent = os.path.dirname(base)
if os.path.exists(base + ".json"):
    with open(base + ".json", encoding="utf-8") as file:
        say(backup="kept", **json.load(file))
    sys.exit()
os.makedirs(parent, exist_ok=True)
database = Database(read_config(folder))
database.await_answer(60)
size = int(database.rows("SELECT COALESCE(SUM(DATA_LENGTH), 0) FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE()")[0][0])
listed = subprocess.run(["du", "--summarize", "--bytes", folder], stdout=subprocess.PIPE, check=True, **as_user(user))
size = size // 2 + int(listed.stdout.split()[0])
free = os.statvfs(parent)
if free.f_bavail * free.f_frsize < size + (256 << 20):
    sys.exit(f"there is no room for a backup of about {size >> 20} MiB in {parent}; make room there")
moment = float(database.rows("SELECT UNIX_TIMESTAMP(NOW(6))")[0][0])
try:
    apps = database.apps()
except (SystemExit, ValueError):
    apps = []
tables = len(database.rows("SHOW TABLES"))

sealed = Sealed(base + ".database.age", recipients)
dump = database.dump(stdout=subprocess.PIPE)
of_tables = tables_digest(dump.stdout, sealed.write)
if dump.wait():
    sys.exit(f"the dump failed ({dump.returncode})")
sealed.close()
told = {
    "taken_at": f"{moment:.6f}", "database": database.name, "tables": tables, "tables_digest": of_tables,
    "database_bytes": sealed.size, "database_digest": sealed.digest.hexdigest(), "apps": " ".join(apps),
}

sealed = Sealed(base + ".files.age", recipients)
archive = pack_site(folder, user)
of_files, files = tree_digest(archive.stdout, sealed.write)
if archive.wait() > 1:  # 1: a file was written while it was read, as the files of a site that serves may be
    sys.exit(f"the files could not be read (tar {archive.returncode})")
sealed.close()
told.update({"files": files, "tree_digest": of_files, "files_bytes": sealed.size, "files_digest": sealed.digest.hexdigest()})
told["seconds"] = round(time.monotonic() - started, 3)
with open(base + ".json.part", "w", encoding="utf-8") as file:
    json.dump(told, file)
    file.flush()
    os.fsync(file.fileno())
os.rename(base + ".json.part", base + ".json")
directory = os.open(parent, os.O_RDONLY)
os.fsync(directory)
say(backup="taken", **told)
