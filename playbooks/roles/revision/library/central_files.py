#!/usr/bin/python3
"""Writes several small files in one step, as whoever runs it: one connection instead of four a file."""

import os
import tempfile

from ansible.module_utils.basic import AnsibleModule

DOCUMENTATION = """
module: central_files
short_description: Write several small files
description:
    - Brings each file to the given content and mode. Each is replaced by a rename, so nobody reads half a file.
    - A link in the place of a file is replaced, not followed.
options:
    files:
        description: What to write; each has the keys path, content and mode.
        type: list
        elements: dict
        required: true
author: Central
"""

EXAMPLES = """
- name: Write two files
  central_files:
    files:
      - { path: /etc/one, content: "1\n", mode: "0644" }
      - { path: /etc/two, content: "2\n", mode: "0644" }
"""

RETURN = """
written:
    description: Paths of the files that were not as they should be.
    type: list
    returned: always
"""


def read(path):
    """Content and mode of a plain file; (None, None) for anything else."""
    if os.path.islink(path) or not os.path.isfile(path):
        return None, None
    with open(path, encoding="utf-8", errors="replace") as file:
        return file.read(), os.stat(path).st_mode & 0o7777


def write(path, content, mode):
    handle, staged = tempfile.mkstemp(dir=os.path.dirname(path), prefix=".central-")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(staged, mode)
        os.replace(staged, path)
    except BaseException:
        os.unlink(staged)
        raise


def main():
    module = AnsibleModule(
        argument_spec={
            "files": {
                "type": "list",
                "elements": "dict",
                "required": True,
                "options": {
                    "path": {"type": "str", "required": True},
                    "content": {"type": "str", "required": True},
                    "mode": {"type": "str", "required": True},
                },
            }
        },
        supports_check_mode=True,
    )
    written, diff = [], []
    for one in module.params["files"]:
        path, content, mode = one["path"], one["content"], int(one["mode"], 8)
        before, mode_before = read(path)
        if before == content and mode_before == mode:
            continue
        written.append(path)
        diff.append({"before_header": path, "after_header": path, "before": before or "", "after": content})
        if module.check_mode:
            continue
        try:
            write(path, content, mode)
        except OSError as error:
            module.fail_json(msg="%s cannot be written: %s" % (path, error.strerror))
    module.exit_json(changed=bool(written), written=written, diff=diff)


if __name__ == "__main__":
    main()
