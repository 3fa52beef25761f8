"""Asks libpq what it makes of service files and password files.

    /usr/bin/python3 -P tests/oracles/files.py < cases > answers

A case is a line of JSON, {"conninfo": "…", "env": {…}, "files": {"path": "text"}}. The files lie
in a folder that the case calls /files, and so do the answers; it is HOME too. An answer holds
`error`, or `values` by option, which of them are no defaults, and the `password` that would be
sent; in any case the name of the `account`. Nothing is waited for, so no case may name a host that has to be looked up.
"""

import json
import os
import pwd
import sys
import tempfile

from psycopg import pq

FOLDER = "/files"

# That nobody answers is no fault of the options.
NO_ANSWER = "connection to server"


def answer(case, folder, defaults):
    """Everything about one case."""
    here = lambda text: text.replace(FOLDER, folder)
    for name in os.listdir(folder):
        os.unlink(os.path.join(folder, name))
    for path, text in case["files"].items():
        with open(os.open(here(path), os.O_WRONLY | os.O_CREAT, 0o600), "wb") as file:
            file.write(here(text).encode())
    os.environ.clear()
    os.environ.update({name: here(value) for name, value in case["env"].items()}, HOME=folder)
    connection = pq.PGconn.connect_start(here(case["conninfo"]).encode())
    values = options(connection.info)
    error = connection.error_message.decode().removesuffix("\n").replace(folder, FOLDER)
    password = connection.password.decode()
    if connection.status != pq.ConnStatus.BAD or error.startswith(NO_ANSWER):
        error = None
    connection.finish()
    return {
        "error": error,
        "values": {name: value.replace(folder, FOLDER) for name, value in values.items()},
        "changed": [name for name, value in values.items() if defaults.get(name) != value],
        "password": password,
        "account": pwd.getpwuid(os.geteuid()).pw_name,
    }


def options(info):
    """Those that have a value."""
    return {it.keyword.decode(): it.val.decode() for it in info if it.val is not None}


def main():
    """Answers line by line."""
    os.environ.clear()
    os.environ["HOME"] = "/nonexistent"
    # What libpq makes up by itself, and partly only when it connects.
    defaults = options(pq.PGconn.connect_start(b"").info)
    with tempfile.TemporaryDirectory() as folder:
        for line in sys.stdin.buffer:
            told = answer(json.loads(line), folder, defaults)
            told = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
            sys.stdout.buffer.write(told.encode() + b"\n")


if __name__ == "__main__":
    main()
