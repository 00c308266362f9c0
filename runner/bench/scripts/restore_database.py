# Replaces all tables of a site by those of a backup: restore_database SITE-DIRECTORY BASE DATABASE-DIGEST TABLES-DIGEST
#
# Standard input is a JSON object: the identity that opens the backup and, for a site that has no directory yet, the
# configuration of its database. It may be run again after it was cut off. In the end the tables are read again, and have
# to be those that were backed up.
folder, base, of_file, of_tables = sys.argv[2:6]
given = json.load(sys.stdin)
started = time.monotonic()
must_be(base + ".database.age", of_file)
database = Database(given.get("config") or read_config(folder))
database.await_answer(300)
source = Opened(base + ".database.age", given["identity"])
client = database.start("mariadb", "--max-allowed-packet=1G", database.name, stdin=subprocess.PIPE)
try:
    client.stdin.write(dropping_all(database))
    for line in source.stdout:
        client.stdin.write(ownerless(line))
    client.stdin.close()
except BrokenPipeError:
    pass
code = client.wait()
if code:
    sys.exit(f"the tables could not be restored (mariadb {code})")
source.close()
dump = database.dump(stdout=subprocess.PIPE)
found = tables_digest(dump.stdout)
if dump.wait():
    sys.exit(f"the restored tables could not be read ({dump.returncode})")
if found != of_tables:
    sys.exit("the restored tables are not those that were backed up")
say(restored="tables", tables_digest=found, seconds=round(time.monotonic() - started, 3))
