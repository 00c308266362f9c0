# Asks sites through the machine's own nginx until each answers with 200, for a time: answering SECONDS HOST...
from concurrent.futures import ThreadPoolExecutor

AT_ONCE = 2  # their first visitors come at the same moment

seconds = float(sys.argv[2])
until = time.monotonic() + seconds


def ask_again(host):
    while True:
        status = ask(host, max(0.5, min(10, seconds)))
        if status == 200 or time.monotonic() > until:
            return status
        time.sleep(0.1)


with ThreadPoolExecutor(AT_ONCE) as some:
    for host, status in zip(sys.argv[3:], some.map(ask_again, sys.argv[3:])):
        say(**{host: status})
