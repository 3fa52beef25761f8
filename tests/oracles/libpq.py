"""Asks the system's own libpq how it reads a connection string.

    PSYCOPG_IMPL=python /usr/bin/python3 -P tests/oracles/libpq.py < urls > answers

A line is a JSON string; so is its answer, {"version": 150018, "params": {…}} or the exception.
psycopg's pure Python side calls the library that Debian installs (package `libpq5`), and not the
one that comes with psycopg-binary.
"""

import json
import sys

from psycopg import conninfo, pq

assert pq.__impl__ == "python", "PSYCOPG_IMPL=python is not set"


def answer(url):
    try:
        return {"version": pq.version(), "params": conninfo.conninfo_to_dict(url)}
    except Exception as error:
        raised = {"type": type(error).__name__, "message": str(error)}
        return {"version": pq.version(), "error": raised}


for line in sys.stdin:
    print(json.dumps(answer(json.loads(line))), flush=True)
