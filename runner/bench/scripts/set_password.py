# Gives the Administrator of a site another password, whose hash is on standard input: set_password SITE-DIRECTORY
hashed = sys.stdin.read()
if not re.fullmatch(r"\$pbkdf2-sha256\$[0-9]+\$[A-Za-z0-9./]+\$[A-Za-z0-9./]+", hashed):
    sys.exit("this is no hash of a password")
Database(read_config(sys.argv[2])).rows(
    "INSERT INTO `__Auth` (doctype, name, fieldname, password, encrypted) "
    f"VALUES ('User', 'Administrator', 'password', '{hashed}', 0) "
    "ON DUPLICATE KEY UPDATE password = VALUES(password), encrypted = 0;"
)
print("password=set")
