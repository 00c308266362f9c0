# Sends the files of a backup to a storage: put_backup BASE
#
# Standard input is a JSON object: for each file its parts, with the address that takes each. The storage compares each part
# with its MD5. Answers with the tag that it gave to each.
import base64
import http.client
import urllib.parse

base = sys.argv[2]
files = json.load(sys.stdin)
TRIES = 4


def pieces(file, part):
    file.seek(part["offset"])
    left = part["size"]
    while left:
        chunk = file.read(min(CHUNK, left))
        if not chunk:
            sys.exit(f"{file.name} is shorter than it was")
        left -= len(chunk)
        yield chunk


def send(file, part):
    digest = hashlib.md5(usedforsecurity=False)
    for chunk in pieces(file, part):
        digest.update(chunk)
    place = urllib.parse.urlsplit(part["url"])
    kind = http.client.HTTPSConnection if place.scheme == "https" else http.client.HTTPConnection
    connection = kind(place.netloc, timeout=120)
    try:
        connection.request("PUT", f"{place.path}?{place.query}", body=pieces(file, part), headers={
            "Content-Length": str(part["size"]), "Content-MD5": base64.b64encode(digest.digest()).decode(),
        })
        answer = connection.getresponse()
        text = answer.read(2000).decode("utf-8", "replace")
        if answer.status != 200:
            raise OSError(f"the storage answered {answer.status}: {text}")
        return answer.headers["ETag"].strip('"')
    finally:
        connection.close()


for name, parts in files.items():
    with open(f"{base}.{name}.age", "rb") as file:
        for part in parts:
            for turn in range(TRIES):
                try:
                    tag = send(file, part)
                    break
                except (OSError, http.client.HTTPException) as why:
                    if turn == TRIES - 1:
                        sys.exit(f"part {part['number']} could not be sent to {urllib.parse.urlsplit(part['url']).netloc}: {why}")
                    time.sleep(2**turn)
            say(**{f"{name}.{part['number']}": tag})
