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
