# Asks a site through the machine's own nginx until it answers as expected: health_check HOST SECONDS STATUS...
host, seconds, wanted = sys.argv[2], float(sys.argv[3]), set(map(int, sys.argv[4:]))
started = time.monotonic()
while True:
    asked = time.monotonic()
    status = ask(host, max(0.5, min(10, seconds)))
    if status in wanted or time.monotonic() - started > seconds:
        break
    time.sleep(0.1)
say(status=status, answered_in=round(time.monotonic() - asked, 3), waited=round(time.monotonic() - started, 3))
sys.exit(0 if status in wanted else 1)
