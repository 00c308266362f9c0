# Names the certificates whose files are there and can be used.
import ssl


def usable(name):
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain("%s/%s.pem" % (CERTS, name), "%s/%s.key" % (CERTS, name))
    except (OSError, ssl.SSLError):
        return False
    return True


names = {path[:-4] for path in (os.listdir(CERTS) if os.path.isdir(CERTS) else []) if path.endswith(".pem")}
print(json.dumps(sorted(filter(usable, names))))
