# Makes a site of a directory that has arrived, or takes that back: settle_site ARRIVED SITE-DIRECTORY [back]
#
# Standard input is a JSON object with the way to its database here; all else stays as it was where the site comes from. It
# may be run again after it was cut off. Taken back, what was in the way of the site is left alone.
arrived, folder = sys.argv[2:4]
WAY = ("db_name", "db_user", "db_password", "db_host", "db_port", "db_socket", "db_type")


def is_site(path):
    return os.path.lexists(os.path.join(path, "site_config.json"))


if sys.argv[4:] == ["back"]:
    settled = is_site(folder) and not os.path.lexists(arrived)
    if settled:
        os.rename(folder, arrived)
    say(settled="back" if settled else "no")
    sys.exit()
if is_site(folder):
    if is_site(arrived):
        sys.exit(f"both {folder} and {arrived} are there")
    say(settled="already")
    sys.exit()
os.makedirs(os.path.join(arrived, "logs"), exist_ok=True)
write_config(arrived, {**dict.fromkeys(WAY), **json.load(sys.stdin)})
if os.path.lexists(folder):
    # Processes may have left one behind that holds nothing but logs and locks.
    done = subprocess.run(["sh", "-euc", 'rm -rf -- "$1/logs" "$1/locks"; rmdir -- "$1"', "clear", folder], check=False)
    if done.returncode:
        sys.exit(f"{folder} is in the way: it is no site, but not empty either")
os.rename(arrived, folder)
say(settled="yes")
