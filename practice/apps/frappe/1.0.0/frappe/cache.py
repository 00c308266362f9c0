"""The shared cache: Redis at `redis_cache`, keys prefixed with the site's database name."""

import frappe


def client():
    """A connection to the cache."""
    import redis

    return redis.Redis.from_url(frappe.conf["redis_cache"], socket_connect_timeout=2, socket_timeout=5)


def reachable():
    """Whether the cache answers."""
    import redis

    try:
        return bool(frappe.conf.get("redis_cache")) and client().ping()
    except redis.RedisError:
        return False


def clear(prefix):
    """Remove all keys of one site."""
    connection = client()
    for key in connection.scan_iter(f"{prefix}|*"):
        connection.delete(key)


def clear_site():
    """Remove all keys of the current site, if the cache runs at all."""
    if reachable():
        clear(frappe.conf["db_name"])


def key(name):
    """A key of the current site."""
    return f"{frappe.conf['db_name']}|{name}"


def set_value(name, value, expires_in_sec=None):
    """Keep a text for the current site."""
    client().set(key(name), value, ex=expires_in_sec)


def get_value(name):
    """What was kept, None when nothing was or its time is over."""
    value = client().get(key(name))
    return None if value is None else value.decode()


def take_value(name):
    """What was kept, which nobody gets a second time."""
    connection = client()
    value, _ = connection.pipeline().get(key(name)).delete(key(name)).execute()
    return None if value is None else value.decode()
