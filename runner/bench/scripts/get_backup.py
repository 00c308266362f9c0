# Fetches the files of a backup from a storage: get_backup BASE DATABASE-DIGEST FILES-DIGEST
#
# Standard input is a JSON object: for each file the address that gives it. A file gets its name only when it is what was
# written.
import urllib.request

base = sys.argv[2]
digests = dict(zip(("database", "files"), sys.argv[3:5]))
addresses = json.load(sys.stdin)
TRIES = 4
os.umask(0o077)
os.makedirs(os.path.dirname(base), exist_ok=True)
for name, wanted in digests.items():
    path = f"{base}.{name}.age"
    if digest_of(path) == wanted:
        continue
    for turn in range(TRIES):
        try:
            with urllib.request.urlopen(addresses[name], timeout=120) as source, open(path + ".part", "wb") as file:
                shutil.copyfileobj(source, file, CHUNK)
                file.flush()
                os.fsync(file.fileno())
            break
        except OSError as why:
            if turn == TRIES - 1:
                sys.exit(f"the storage does not give the backup: {why}")
            time.sleep(2**turn)
    must_be(path + ".part", wanted)
    os.rename(path + ".part", path)
say(backup="fetched")
