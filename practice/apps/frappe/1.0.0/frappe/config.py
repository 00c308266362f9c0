"""Reading and writing common_site_config.json and site_config.json."""

import json
import os
import tempfile

# Environment variable → configuration key; the environment wins over both files.
ENVIRONMENT = {
    "FRAPPE_DB_TYPE": "db_type",
    "FRAPPE_DB_HOST": "db_host",
    "FRAPPE_DB_PORT": "db_port",
    "FRAPPE_DB_SOCKET": "db_socket",
    "FRAPPE_DB_NAME": "db_name",
    "FRAPPE_DB_USER": "db_user",
    "FRAPPE_DB_PASSWORD": "db_password",
    "FRAPPE_REDIS_CACHE": "redis_cache",
    "FRAPPE_REDIS_QUEUE": "redis_queue",
}


def read_json(path):
    """The object in a JSON file; {} when there is no file."""
    try:
        with open(path, encoding="utf-8") as file:
            return json.load(file)
    except FileNotFoundError:
        return {}


def write_json(path, value):
    """Replace a file in one step: a full disk or a killed process leaves the old content."""
    folder = os.path.dirname(os.path.abspath(path))
    try:
        mode = os.stat(path).st_mode & 0o777
    except FileNotFoundError:
        mode = 0o640
    handle, staged = tempfile.mkstemp(dir=folder, prefix="." + os.path.basename(path) + ".")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(value, file, indent=1, sort_keys=True)
            file.write("\n")
            file.flush()
            os.fsync(file.fileno())
        os.chmod(staged, mode)
        os.replace(staged, path)
    except BaseException:
        os.unlink(staged)
        raise


def common_config(sites_path="."):
    """What all sites of the bench share: ports, Redis addresses, the database server."""
    return read_json(os.path.join(sites_path, "common_site_config.json"))


def site_config(sites_path, site=None):
    """Common configuration, overlaid with the site's own and with the environment."""
    config = common_config(sites_path)
    if site:
        config.update(read_json(os.path.join(sites_path, site, "site_config.json")))
    for variable, key in ENVIRONMENT.items():
        if os.environ.get(variable):
            config[key] = os.environ[variable]
    config.setdefault("db_type", "mariadb")
    config.setdefault("db_user", config.get("db_name"))
    return config


def set_config(path, key, value):
    """Set one key of a configuration file; the text None removes it."""
    config = read_json(path)
    if value is None or value == "None":
        config.pop(key, None)
    else:
        config[key] = plain_value(value)
    write_json(path, config)


def plain_value(value):
    """The texts 0, 1, true and false as the numbers and booleans that are meant."""
    return {"0": 0, "1": 1, "true": True, "false": False}.get(value, value) if isinstance(value, str) else value
