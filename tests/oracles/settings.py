"""What CPython and the real libraries make of settings modules.

Reads cases on stdin, a JSON object a line ({"settings", "env"}), and writes what became of each:
`DATABASES` and `DEBUG`, or the exception with the line of the module that it left.
The module is run as /srv/app/config/settings.py, beside no `.env` file.
"""

import json
import logging
import os
import sys
import traceback
import warnings

PATH = "/srv/app/config/settings.py"


class Gone(Exception):
    """What JSON cannot hold."""


def plain(value, depth=0):
    if depth > 40:
        raise Gone
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, int):
        return value if -(2**63) <= value < 2**63 else {"$bigint": str(value)}
    if isinstance(value, float):
        if value != value or value in (float("inf"), float("-inf")):
            return {"$float": repr(value)}
        return value
    if isinstance(value, os.PathLike):
        return {"$path": str(value)}
    if isinstance(value, dict):
        return {
            key if isinstance(key, str) else json.dumps(plain(key, depth + 1)): plain(it, depth + 1)
            for key, it in value.items()
        }
    if isinstance(value, (list, tuple)):
        return [plain(it, depth + 1) for it in value]
    return {"$other": type(value).__name__}


def run(text, env):
    os.environ.clear()
    os.environ.update(env)
    sys.argv = ["manage.py", "runserver"]
    names = {"__name__": "config.settings", "__file__": PATH}
    try:
        exec(compile(text, PATH, "exec"), names)
    except SyntaxError as error:
        if error.filename == PATH:
            return {"error": {"type": type(error).__name__, "message": error.msg, "line": error.lineno}}
        raise
    except BaseException as error:
        frames = [it for it in traceback.extract_tb(error.__traceback__) if it.filename == PATH]
        line = frames[-1].lineno if frames else None
        return {"error": {"type": type(error).__name__, "message": str(error), "line": line}}
    return {"DATABASES": plain(names.get("DATABASES")), "DEBUG": plain(names.get("DEBUG"))}


def main():
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    home = dict(os.environ)
    out = sys.stdout
    sys.stdout = sys.stderr
    for line in sys.stdin:
        case = json.loads(line)
        try:
            case["result"] = run(case["settings"], case["env"])
            text = json.dumps(case, ensure_ascii=True)
        except (Gone, ValueError, RecursionError):
            continue
        out.write(text + "\n")
    os.environ.update(home)


main()
