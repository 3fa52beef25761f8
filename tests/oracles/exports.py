"""Asks those who read an export what it says.

    /usr/bin/python3 -P tests/oracles/exports.py < questions > answers

A question is a line of JSON:
  {"conninfo": …, "passfile": …}   the password that libpq finds in a password file
  {"conninfo": …, "env": {…}}      every option that libpq has then
  {"yaml": …}                      what PyYAML reads
Its answer is a line of JSON too. No server is needed: libpq looks for the password before it
connects, and the address it is given is one that the kernel refuses at once.
"""

import json
import os
import sys
import tempfile

import yaml
from psycopg import conninfo, pq

UNREACHABLE = "255.255.255.255"


def answer(question):
    """What is read."""
    if "yaml" in question:
        return yaml.safe_load(question["yaml"])
    if "env" in question:
        return options(question["conninfo"], question["env"])
    with tempfile.NamedTemporaryFile("w", newline="", encoding="utf-8") as file:
        file.write(question["passfile"])
        file.flush()
        given = {"passfile": file.name}
        # An address keeps libpq from asking a name server; it still compares the name.
        params = conninfo.conninfo_to_dict(question["conninfo"])
        if not params.get("host", "/").startswith(("/", "@")):
            given["hostaddr"] = UNREACHABLE
        text = conninfo.make_conninfo(question["conninfo"], **given)
        connection = pq.PGconn.connect_start(text.encode())
        password = connection.password.decode()
        connection.finish()
    return password


def options(text, env):
    """Keywords and values, whether given, from the environment or from a service file."""
    os.environ.clear()
    # With an address no name is looked up.
    os.environ.update(env, PGHOSTADDR=UNREACHABLE)
    connection = pq.PGconn.connect_start(text.encode())
    found = {it.keyword.decode(): it.val.decode() for it in connection.info if it.val is not None}
    connection.finish()
    os.environ.clear()
    return found


def main():
    """Answers line by line."""
    os.environ.clear()
    for line in sys.stdin.buffer:
        told = json.dumps(answer(json.loads(line)), ensure_ascii=False, separators=(",", ":"))
        sys.stdout.buffer.write(told.encode() + b"\n")


if __name__ == "__main__":
    main()
