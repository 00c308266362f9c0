# A fingerprint of everything in a site's database: digest SITE-DIRECTORY
import hashlib

database = Database(read_config(sys.argv[2]))
dump = database.dump(stdout=subprocess.PIPE)
digest = hashlib.sha256()
for chunk in iter(lambda: dump.stdout.read(1 << 20), b""):
    digest.update(chunk)
if dump.wait():
    sys.exit(f"the dump failed ({dump.returncode})")
say(sha256=digest.hexdigest())
