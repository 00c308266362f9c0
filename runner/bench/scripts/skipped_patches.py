# The patches that a migration skipped, as JSON: skipped_patches SITE-DIRECTORY
database = Database(read_config(sys.argv[2]))
columns = {row[0] for row in database.rows("SHOW COLUMNS FROM `tabPatch Log`")}
skipped = []
if "skipped" in columns:  # older versions keep no account
    trace = "COALESCE(`traceback`, '')" if "traceback" in columns else "''"
    query = f"SELECT `name`, `patch`, {trace} FROM `tabPatch Log` WHERE `skipped` = 1 ORDER BY `creation`, `name`"
    skipped = [{"id": row[0], "patch": row[1], "traceback": row[2][-16384:]} for row in database.rows(query)]
print(json.dumps(skipped))
