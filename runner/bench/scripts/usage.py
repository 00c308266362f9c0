# What sites use: standard input has a line HOST DIRECTORY for each, the answer a line
# usage=HOST DATABASE_BYTES FILES_BYTES USERS for each that could tell; "-" stands for what is not known.
import json
import os
import subprocess
import sys


def database_of(folder):
    """The name of a site's database; None where the site has no configuration that can be read."""
    try:
        with open(os.path.join(folder, "site_config.json"), encoding="utf-8") as file:
            name = json.load(file)["db_name"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return name if isinstance(name, str) else None


def bytes_below(folder):
    """The sizes of all files below a directory; links are counted as themselves and never followed."""
    total, folders = 0, [folder]
    while folders:
        try:
            with os.scandir(folders.pop()) as entries:
                for entry in entries:
                    try:
                        if entry.is_dir(follow_symlinks=False):
                            folders.append(entry.path)
                        else:
                            total += entry.stat(follow_symlinks=False).st_size
                    except FileNotFoundError:
                        pass  # removed meanwhile
        except FileNotFoundError:
            pass
    return total


def rows(query):
    """The rows of a query, as the database's root, whose login is being root here."""
    client = subprocess.run(
        ["mariadb", "--no-defaults", "--batch", "--skip-column-names", "--protocol=socket", "--user=root"],
        input=query.encode(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False,
    )
    if client.returncode:
        sys.exit(f"the database did not answer: {client.stderr.decode('utf-8', 'replace').strip()[:500]}")
    return [line.split("\t") for line in client.stdout.decode("utf-8", "replace").split("\n")[:-1]]


def text(value):
    """A value as SQL."""
    return "'" + value.replace("\\", "\\\\").replace("'", "''") + "'"


def name(value):
    """A name as SQL."""
    return "`" + value.replace("`", "``") + "`"


os.nice(10)
sites = [line.split(" ", 1) for line in sys.stdin.read().splitlines()]
databases = {host: database_of(folder) for host, folder in sites}
known = sorted({database for database in databases.values() if database})
sizes, users = {}, {}
if known:
    chosen = ", ".join(text(database) for database in known)
    sizes = dict(rows(
        "SELECT TABLE_SCHEMA, COALESCE(SUM(DATA_LENGTH + INDEX_LENGTH), 0) FROM information_schema.TABLES"
        f" WHERE TABLE_SCHEMA IN ({chosen}) GROUP BY TABLE_SCHEMA"
    ))
    # Who may only look at the website is no user that a plan counts, where a site tells the two apart.
    columns = rows(
        "SELECT TABLE_SCHEMA, COLUMN_NAME FROM information_schema.COLUMNS WHERE TABLE_NAME = 'tabUser'"
        f" AND COLUMN_NAME IN ('enabled', 'user_type') AND TABLE_SCHEMA IN ({chosen})"
    )
    typed = {schema for schema, column in columns if column == "user_type"}
    counted = [schema for schema, column in columns if column == "enabled"]
    for start in range(0, len(counted), 50):
        users.update(rows(" UNION ALL ".join(
            f"SELECT {text(schema)}, COUNT(*) FROM {name(schema)}.`tabUser`"
            " WHERE `enabled` = 1 AND `name` NOT IN ('Administrator', 'Guest')"
            + (" AND `user_type` = 'System User'" if schema in typed else "")
            for schema in counted[start : start + 50]
        )))
for host, folder in sites:
    database = databases[host]
    if database not in sizes:
        continue
    files = sum(bytes_below(os.path.join(folder, part, "files")) for part in ("public", "private"))
    print(f"usage={host} {sizes[database]} {files} {users.get(database, '-')}", flush=True)
