# Installs the map of hosts, which comes on standard input, one "HOST TARGET;" a line: routes SIZE
#
# A line that nginx refuses is left out and named; it never blocks the others.


def with_head(lines):
    return b"# Written by Central.\n" + b"".join(line + b"\n" for line in lines)


# How many lines may be left out before the fault is looked for elsewhere.
MAX_LEFT = 100


def sift(lines, good, left):
    """Adds to good what nginx takes together with what is there, and to left what it refuses."""
    why = refusal(with_head(good + lines))
    if not why:
        good.extend(lines)
    elif len(lines) == 1:
        left.append({"host": lines[0].split(b" ")[0].decode("utf-8", "replace"), "why": "nginx refuses it: %s." % why.rstrip(".")})
        if len(left) > MAX_LEFT:
            fail("nginx refuses more than %d routes, last because: %s" % (MAX_LEFT, why))
    else:
        sift(lines[: len(lines) // 2], good, left)
        sift(lines[len(lines) // 2 :], good, left)


lines = read_all(int(sys.argv[1])).splitlines()
held = lock()
good, left = [], []
if content(HOSTS) == with_head(lines):
    good = lines
else:
    why = refusal(with_head([]))
    if why:
        fail("nginx refuses an empty map: " + why)
    sift(lines, good, left)
changed = put_map(HOSTS, with_head(good))
print(json.dumps({"changed": changed, "reloaded": load(), "routes": len(good), "left": left, "maps": digests(HOSTS)}))
