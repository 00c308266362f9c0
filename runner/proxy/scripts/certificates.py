# Installs certificates: certificates SIZE, with a JSON object on standard input. Its "lines" are those of the map from
# names to files, its "files" those files that were not there: {NAME: {"chain": PEM, "key": PEM}}.
#
# A certificate that cannot be used is left out and named; it never blocks the others.
import grp
import ssl


def usable(name):
    """Why nginx could not use a pair of files, empty when it could."""
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain("%s/%s.pem" % (CERTS, name), "%s/%s.key" % (CERTS, name))
    except (OSError, ssl.SSLError) as error:
        return str(error)
    return ""


def named(text):
    """The files that a map names."""
    lines = (line.split() for line in (text or b"").decode().splitlines() if not line.startswith("#"))
    return {words[1].rstrip(";").split("/")[-1] for words in lines if len(words) == 2}


order = json.loads(read_all(int(sys.argv[1])))
held = lock()
workers_group = grp.getgrnam("www-data").gr_gid
os.makedirs(CERTS, exist_ok=True)
os.chmod(CERTS, 0o750)
os.chown(CERTS, 0, workers_group)
for name, pair in order["files"].items():
    put("%s/%s.key" % (CERTS, name), pair["key"].encode(), 0o640, workers_group)
    put("%s/%s.pem" % (CERTS, name), pair["chain"].encode(), 0o640, workers_group)
before = named(content(CERTIFICATES))
wanted = named("\n".join(order["lines"]).encode())
unusable = {name: why for name, why in ((name, usable(name)) for name in sorted(wanted)) if why}
lines = [line for line in order["lines"] if not named(line.encode()) & set(unusable)]
text = ("# Written by Central.\n" + "".join(line + "\n" for line in lines)).encode()
why = refusal(text, "hostnames;")
if why:
    fail("nginx refuses the map of certificates: " + why)
changed = put_map(CERTIFICATES, text)
reloaded = load()
# Workers of the former map may be in the middle of a handshake, so its files stay until the next change.
for path in os.listdir(CERTS):
    if path.rsplit(".", 1)[0] not in before | wanted:
        os.unlink(os.path.join(CERTS, path))
print(json.dumps({"changed": changed, "reloaded": reloaded, "names": len(lines), "left": unusable, "maps": digests(CERTIFICATES, CERTS)}))
