# Says which tables would go with an app, as JSON: app_tables SITE-DIRECTORY BENCH-DIRECTORY APP
#
# Frappe itself is asked, by a removal that is only tried: nothing is changed.
folder, bench, app = sys.argv[2:5]
tried = subprocess.run(
    [os.path.join(bench, "env/bin/python"), "-m", "frappe.utils.bench_helper", "frappe", "--site", os.path.basename(folder),
     "uninstall-app", app, "--dry-run", "--no-backup", "--yes", "--force"],
    cwd=os.path.join(bench, "sites"), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace",
    env={**os.environ, "LC_ALL": "C.UTF-8"},
)
if tried.returncode:
    sys.exit(f"{app} cannot be removed (status {tried.returncode}): {tried.stdout[-2000:].strip()}")
names = {"tab" + name for name in re.findall(r"^\* dropping Table for '(.+)'\.\.\.\s*$", tried.stdout, re.MULTILINE)}
database = Database(read_config(folder))
sizes = {
    name: (int(rows), int(size)) for name, rows, size in database.rows(
        "SELECT TABLE_NAME, COALESCE(TABLE_ROWS, 0), COALESCE(DATA_LENGTH, 0) + COALESCE(INDEX_LENGTH, 0)"
        " FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE()"
    )
}
print(json.dumps([{"name": name, "rows": sizes[name][0], "bytes": sizes[name][1]} for name in sorted(names & set(sizes))]))
