# Changes keys of a site's configuration so that it can be taken back: configure SITE-DIRECTORY NUMBER apply|undo|forget
#
# apply reads a JSON object on standard input, where null removes a key. What the keys held before is kept beside the site, for
# its user alone, until forget; a second apply keeps what the first one found.
folder, number, verb = sys.argv[2:5]
kept = os.path.join(folder, "locks", f"central-{number}.json")


def before():
    try:
        with open(kept, encoding="utf-8") as file:
            return json.load(file)
    except FileNotFoundError:
        return None


if verb == "apply":
    changes = json.load(sys.stdin)
    if before() is None:
        with open(os.path.join(folder, "site_config.json"), encoding="utf-8") as file:
            now = json.load(file)
        os.makedirs(os.path.dirname(kept), exist_ok=True)
        with open(os.open(kept + ".new", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
            json.dump({key: now.get(key) for key in changes}, file)
            file.flush()
            os.fsync(file.fileno())
        os.rename(kept + ".new", kept)
    say(changed="yes" if write_config(folder, changes) else "no")
elif verb == "undo":
    old = before()
    say(changed="yes" if old is not None and write_config(folder, old) else "no")
if verb != "apply" and os.path.exists(kept):
    os.unlink(kept)
