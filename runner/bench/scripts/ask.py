# What scripts that ask sites through the machine's own nginx have in common.
import http.client


def ask(host, timeout):
    """The status that a site answers with, 0 when nobody does."""
    try:
        connection = http.client.HTTPConnection("127.0.0.1", 80, timeout=timeout)
        connection.request("GET", "/api/method/ping", headers={"Host": host, "Accept": "application/json"})
        status = connection.getresponse().status
        connection.close()
    except (OSError, http.client.HTTPException):
        status = 0
    return status
