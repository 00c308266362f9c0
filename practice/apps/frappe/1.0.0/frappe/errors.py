"""What can go wrong, as types that callers tell apart."""


class SiteNotFound(Exception):
    """No directory with a site_config.json has this name."""


class LockTimeout(Exception):
    """Another process holds the lock."""


class AppNotInstalled(Exception):
    """The app is not on this bench or not on this site."""


class NotPermitted(Exception):
    """The request may not do this."""


class InvalidRequest(Exception):
    """The request lacks a value or has a wrong one."""


class MissingCredentials(Exception):
    """A password is needed and nobody can be asked for it."""


class Redirect(Exception):
    """The answer is elsewhere."""

    def __init__(self, location, headers=()):
        super().__init__(location)
        self.headers = [("Location", location), *headers]
