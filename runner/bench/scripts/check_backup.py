# Reads both files of a backup and says whether they are what was written: check_backup BASE DATABASE-DIGEST FILES-DIGEST
base, of_database, of_files = sys.argv[2:5]
must_be(base + ".database.age", of_database)
must_be(base + ".files.age", of_files)
say(backup="good")
