# Removes all that is there of backups: remove_backup BASE...
removed = 0
for base in sys.argv[2:]:
    folder, number = os.path.split(base)
    broken_off = os.path.join(folder, ".partial")  # what rsync had copied when the line broke
    for name in ("json", "json.part", "database.age", "database.age.part", "files.age", "files.age.part"):
        for place in (folder, broken_off):
            try:
                os.unlink(os.path.join(place, f"{number}.{name}"))
                removed += 1
            except FileNotFoundError:
                pass
    for place in (broken_off, folder):
        try:
            os.rmdir(place)
        except OSError:
            pass  # other backups are in it, or it is gone
say(removed=removed)
