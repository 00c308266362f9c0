# Answers a challenge of an authority, or no longer: challenge HOST TOKEN [SIZE], the answer on standard input.
import urllib.error
import urllib.request

host, token = sys.argv[1], sys.argv[2]
path = "/var/lib/central/acme/" + token
if len(sys.argv) == 3:
    try:
        os.unlink(path)
    except FileNotFoundError:
        pass
    sys.exit()
text = read_all(int(sys.argv[3]))
put(path, text)
# What the authority would not find does not count against its limits when it is not asked.
request = urllib.request.Request("http://127.0.0.1/.well-known/acme-challenge/" + token, headers={"Host": host})
try:
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=10) as answer:
        served = answer.read()
except (OSError, urllib.error.URLError) as error:
    fail("it does not serve challenges (%s): set it up again" % error)
if served != text:
    fail("it serves something else in place of the challenge: set it up again")
