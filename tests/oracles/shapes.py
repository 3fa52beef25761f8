"""Asks Django what a first query raises about `DATABASES` before it calls the driver.

    /usr/bin/python3 -P tests/oracles/shapes.py < cases > answers

A case is a line of JSON, {"databases": {…}}; its answer is the same line with "error", the class and
the text of the exception, or null where `psycopg.connect()` is reached.
"""

import json
import sys
from unittest import mock

import django.conf
from django.db.utils import ConnectionHandler

django.conf.settings.configure(USE_TZ=True)


class Reached(Exception):
    """Django has called `psycopg.connect()`."""


def answer(databases):
    try:
        connection = ConnectionHandler(databases)["default"]
        if connection.vendor == "postgresql":
            with mock.patch.object(connection.Database, "connect", side_effect=Reached):
                connection.cursor()
        elif connection.settings_dict["ENGINE"] == "django.db.backends.dummy":
            connection.cursor()
    except Reached:
        return None
    except Exception as error:
        return {"type": type(error).__name__, "message": str(error)}
    return None


for line in sys.stdin:
    case = json.loads(line)
    case["error"] = answer(json.loads(line)["databases"])
    print(json.dumps(case, ensure_ascii=False))
