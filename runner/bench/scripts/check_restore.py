# Reads the files of a backup from beginning to end and compares them: check_restore BASE FILES-DIGEST TREE-DIGEST
#
# Standard input is a JSON object with the identity that opens the backup. Nothing is written.
base, of_file, of_tree = sys.argv[2:5]
given = json.load(sys.stdin)
must_be(base + ".files.age", of_file)
source = Opened(base + ".files.age", given["identity"])
found, files = tree_digest(source.stdout)
source.close()
if found != of_tree:
    sys.exit("the files in the backup are not those that were backed up")
say(read="files", files=files)
