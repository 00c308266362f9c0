# Answers with all tables of a site as they are at one moment, compressed: send_tables SITE-DIRECTORY
#
# The last line says what all before it must come to.
import hashlib

database = Database(read_config(sys.argv[2]))
database.await_answer(60)
pack = subprocess.Popen(["gzip", "-1n"], stdin=subprocess.PIPE)
dump = database.dump(stdout=subprocess.PIPE)
digest = hashlib.sha256()
for line in dump.stdout:
    digest.update(line)
    pack.stdin.write(line)
if dump.wait():
    pack.kill()  # so that it leaves no proper end
    sys.exit(f"the dump failed ({dump.returncode})")
pack.stdin.write(f"-- {digest.hexdigest()}\n".encode())
pack.stdin.close()
if pack.wait():
    sys.exit(f"the tables could not be compressed (gzip {pack.returncode})")
