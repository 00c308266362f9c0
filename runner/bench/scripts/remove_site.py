# Removes a site that was archived, its database and its database's user: remove_site SITE-DIRECTORY USER
#
# The directory goes last, because it says which database it is. It may be run again after it was cut off.
folder, user = sys.argv[2:4]
if os.path.lexists(os.path.join(folder, "site_config.json")):
    config = read_config(folder)
    name, login = config["db_name"], config.get("db_user") or config["db_name"]
    for word in (name, login):
        if not re.fullmatch(r"[A-Za-z0-9_]{1,64}", word) or word in ("mysql", "sys", "root", "information_schema", "performance_schema"):
            sys.exit(f"{word!r} is no database of a site")
    client = ["mariadb", "--no-defaults", "--batch", "--skip-column-names", "--protocol=socket", "--user=root"]
    hosts = subprocess.run(client, input=f"SELECT Host FROM mysql.user WHERE User = '{login}';\n", stdout=subprocess.PIPE, text=True, check=True)
    statements = [f"DROP DATABASE IF EXISTS `{name}`"]
    statements += [f"DROP USER IF EXISTS '{login}'@'{host}'" for host in hosts.stdout.split() if re.fullmatch(r"[A-Za-z0-9_.:%-]+", host)]
    subprocess.run(client, input=";\n".join(statements) + ";\n", text=True, check=True)
removed = os.path.lexists(folder)
if removed:
    done = subprocess.run(["rm", "--recursive", "--force", "--", folder], check=False, **as_user(user))
    if done.returncode:
        sys.exit(f"{folder} could not be removed")
say(removed="yes" if removed else "already")
