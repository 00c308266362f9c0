# Replaces a site's directory by that of a backup: restore_files SITE-DIRECTORY BASE FILES-DIGEST TREE-DIGEST WORK USER GROUP
#
# The new directory is made complete and compared in WORK, on the same disk, and changes places with the old one by two
# renames; the old one stays there. Standard input is a JSON object: the identity that opens the backup and, for a site
# that has no directory yet, the configuration of its database. Of a site that is there the way to its database, and
# whether it is in maintenance, stay as they are. It may be run again after it was cut off.
folder, base, of_file, of_tree, work, user, group = sys.argv[2:9]
given = json.load(sys.stdin)
new, old, made = (os.path.join(work, name) for name in ("new", "old", "made"))
KEPT = ("db_name", "db_user", "db_password", "db_host", "db_port", "db_socket", "db_type", "maintenance_mode", "pause_scheduler", "host_name")


def is_site(path):
    return os.path.lexists(os.path.join(path, "site_config.json"))


def as_owner(*command, **options):
    return subprocess.Popen(command, **as_user(user), **options)


def must(process, what):
    if process.wait():
        sys.exit(f"{what} failed ({process.returncode})")


if os.path.exists(made) and not is_site(new):
    say(restored="already")
    sys.exit()
if not os.path.exists(made):
    must_be(base + ".files.age", of_file)
    if os.path.lexists(old):
        sys.exit(f"{old} is in the way")
    must(as_owner("mkdir", "--parents", "--mode=0750", work), "making room")
    must(as_owner("rm", "--recursive", "--force", new), "clearing")
    must(as_owner("mkdir", "--mode=0755", new), "making room")
    source = Opened(base + ".files.age", given["identity"])
    unpack = as_owner("tar", "--extract", "--preserve-permissions", "--no-same-owner", f"--directory={new}", stdin=source.stdout)
    must(unpack, "unpacking")
    source.close()
    archive = pack_site(new, user)
    found, files = tree_digest(archive.stdout)
    must(archive, "reading the restored files")
    if found != of_tree:
        sys.exit("the restored files are not those that were backed up")
    config = json.loads(as_owner("cat", os.path.join(new, "site_config.json"), stdout=subprocess.PIPE).communicate()[0])
    here = given.get("config")
    if here is None:
        here = json.loads(as_owner("cat", os.path.join(folder, "site_config.json"), stdout=subprocess.PIPE).communicate()[0])
    for key in KEPT:
        config.pop(key, None)
        if key in here:
            config[key] = here[key]
    write = as_owner("sh", "-euc", 'umask 077; cat >"$1.new"; chmod --reference="$1" "$1.new"; sync "$1.new"; mv "$1.new" "$1"',
                     "write", os.path.join(new, "site_config.json"), stdin=subprocess.PIPE)
    write.communicate((json.dumps(config, indent=1, sort_keys=True) + "\n").encode())
    must(write, "writing the configuration")
    must(as_owner("mkdir", "--parents", os.path.join(new, "locks"), os.path.join(new, "logs")), "making room")
    must(as_owner("touch", made), "noting it")
if is_site(folder):
    if os.path.lexists(old):
        sys.exit(f"both {folder} and {old} are there")
    must(as_owner("mv", "--no-target-directory", folder, old), "putting the old files aside")
elif os.path.lexists(folder):
    # Processes may have left one behind that holds nothing but logs and locks.
    must(as_owner("sh", "-euc", 'rm -rf -- "$1/logs" "$1/locks"; rmdir -- "$1"', "clear", folder), "clearing the way")
must(as_owner("mv", "--no-target-directory", new, folder), "putting the restored files in place")
say(restored="files")
