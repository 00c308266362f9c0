# Replaces all tables of a database by those of send_tables: receive_tables
#
# The first line of standard input is a JSON object with the configuration of the database. It may be run again after it
# was cut off.
import hashlib

given = json.loads(open(0, "rb", buffering=0, closefd=False).readline())
database = Database(given)
database.await_answer(60)
unpack = subprocess.Popen(["gzip", "-dc"], stdout=subprocess.PIPE)
client = database.start("mariadb", "--max-allowed-packet=1G", database.name, stdin=subprocess.PIPE)
digest, last = hashlib.sha256(), b""
try:
    client.stdin.write(dropping_all(database))
    for line in unpack.stdout:
        digest.update(last)
        client.stdin.write(ownerless(line))
        last = line
    client.stdin.close()
except BrokenPipeError:
    pass
codes = client.wait(), unpack.wait()
if any(codes):
    sys.exit(f"the tables could not be read in (mariadb {codes[0]}, gzip {codes[1]})")
if last != f"-- {digest.hexdigest()}\n".encode():
    sys.exit("the tables that arrived are not those that were sent")
say(tables=len(database.rows("SHOW TABLES")))
