# Gives sites of one bench other host names: rename_site BACKUPS DIRECTORY NEW-DIRECTORY [DIRECTORY NEW-DIRECTORY]...
#
# A site's directory goes first, by one rename: whether that is done says everything. What names the site elsewhere follows, and
# is looked at again when the script is run again. Of each new name it is said whether the site was renamed, had been renamed
# already, or why it could not be; one that could not does not keep the others from it.
backups = sys.argv[2]
pairs = list(zip(sys.argv[3::2], sys.argv[4::2]))
sites = os.path.dirname(pairs[0][0])


def is_site(folder):
    return os.path.exists(os.path.join(folder, "site_config.json"))


def clear_stray(folder):
    """A directory without site_config.json is no site: processes may leave one behind with logs and locks."""
    if not os.path.isdir(folder):
        return
    if set(os.listdir(folder)) - {"logs", "locks"}:
        sys.exit(f"{folder} is in the way: it is no site, but not empty either")
    subprocess.run(["rm", "-rf", "--", os.path.join(folder, "logs"), os.path.join(folder, "locks")], check=True)
    os.rmdir(folder)


def replace(path, text):
    with open(path + ".new", "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    os.rename(path + ".new", path)


def rename(old, new):
    before, after = os.path.basename(old), os.path.basename(new)
    if is_site(old) and is_site(new):
        sys.exit(f"there are sites in both {old} and {new}")
    renamed = False
    if not is_site(new):
        if not is_site(old):
            sys.exit(f"there is a site neither in {old} nor in {new}")
        clear_stray(new)
        os.rename(old, new)
        renamed = True
    clear_stray(old)

    with open(os.path.join(new, "site_config.json"), encoding="utf-8") as file:
        address = json.load(file).get("host_name")
    named = isinstance(address, str) and re.fullmatch(rf"((?:https?://)?){re.escape(before)}((?::\d+)?/?)", address)
    if named:
        write_config(new, {"host_name": named[1] + after + named[2]})
    default = os.path.join(sites, "currentsite.txt")
    try:
        with open(default, encoding="utf-8") as file:
            current = file.read()
    except FileNotFoundError:
        current = ""
    if current.strip() == before:
        replace(default, after)
    kept = os.path.join(backups, before)
    if os.path.isdir(kept):
        os.makedirs(os.path.join(backups, after), mode=0o700, exist_ok=True)
        for name in os.listdir(kept):
            os.rename(os.path.join(kept, name), os.path.join(backups, after, name))
        os.rmdir(kept)
    return renamed


# One at a time on a bench, as for moves: a runner that was cut off may have left one behind that is still at it.
turn = os.open(os.path.dirname(os.path.dirname(sites)), os.O_RDONLY)
deadline = time.monotonic() + 60
while True:
    try:
        fcntl.flock(turn, fcntl.LOCK_EX | fcntl.LOCK_NB)
        break
    except BlockingIOError:
        if time.monotonic() > deadline:
            sys.exit("another site of the bench is being moved or renamed")
        time.sleep(0.02)
failed = False
for old, new in pairs:
    try:
        outcome = "renamed" if rename(old, new) else "already"
    except (SystemExit, OSError, ValueError, subprocess.SubprocessError) as why:
        outcome, failed = f"failed: {why}", True
        print(why, file=sys.stderr)
    say(**{os.path.basename(new): outcome})
sys.exit(failed)
