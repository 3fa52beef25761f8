"""Asks CPython what settings modules make of their environments.

A line of JSON is a module: `settings`, `env`, and perhaps `files` and `dotenv`. Each runs in a process
of its own, as `config/settings.py` of an empty folder, with its files and its `.env` beside it. The
answer is `DATABASES` and `DEBUG`, or the exception and the last line of the project that it went
through.

With lines of `modules.jsonl`, which are recorded, `--record` answers whole lines:

    PYTHONPATH=.tools/python/common:.tools/python/dj-database-url-3.1.2 \
        /usr/bin/python3 -P tests/oracles/modules.py --record < tests/recorded/modules.jsonl
"""

import importlib
import json
import math
import os
import pathlib
import shutil
import signal
import sys
import tempfile
import warnings

# What modules import is loaded once.
import decouple  # noqa: F401
import dj_database_url  # noqa: F401
import dotenv  # noqa: F401
import environ  # noqa: F401
import environs  # noqa: F401
import logging
import urllib.parse  # noqa: F401

# So many seconds a module may take.
PATIENCE = 60


def plain(value):
    """A value as the recordings write it."""
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, int):
        return value if -(2**63) <= value < 2**63 else {"$bigint": str(value)}
    if isinstance(value, float):
        return value if math.isfinite(value) else {"$float": repr(value)}
    if isinstance(value, pathlib.PurePath):
        return {"$path": str(value)}
    if isinstance(value, (list, tuple)):
        return [plain(it) for it in value]
    if isinstance(value, dict):
        return {key if isinstance(key, str) else json.dumps(plain(key)): plain(it)
                for key, it in value.items()}
    return {"$other": type(value).__name__}


def run(folder):
    try:
        module = importlib.import_module("config.settings")
        names = ["DATABASES", "DEBUG"]
        return {it: plain(getattr(module, it, None)) for it in names}
    except BaseException as error:
        lines = []
        trace = error.__traceback__
        while trace:
            if trace.tb_frame.f_code.co_filename.startswith(folder + "/config"):
                lines.append(trace.tb_lineno)
            trace = trace.tb_next
        name, line = type(error).__name__, lines[-1] if lines else None
        return {"error": {"type": name, "message": str(error), "line": line}}


def child(case, folder, pipe):
    signal.alarm(PATIENCE)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(case["env"])
    sys.path.insert(0, folder)
    sys.argv = ["manage.py", "runserver"]
    sys.dont_write_bytecode = True
    warnings.simplefilter("ignore")
    logging.disable()
    # What a module prints is no answer.
    null = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(null, number)
    answer = json.dumps(run(folder)).encode()
    with os.fdopen(pipe, "wb") as file:
        file.write(answer)


def ask(case):
    folder = os.path.realpath(tempfile.mkdtemp(prefix="dsnlens-module-"))
    try:
        files = {
            "config/settings.py": case["settings"],
            "config/.env": case.get("dotenv") or "",
            **(case.get("files") or {}),
        }
        for path, text in files.items():
            path = os.path.join(folder, path)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "w", encoding="utf-8", newline="") as file:
                file.write(text)
        source, target = os.pipe()
        number = os.fork()
        if number == 0:
            os.close(source)
            try:
                child(case, folder, target)
            finally:
                os._exit(0)
        os.close(target)
        with os.fdopen(source, "rb") as file:
            answer = file.read()
        os.waitpid(number, 0)
        return json.loads(answer) if answer else {"error": {"type": "none", "message": "", "line": None}}
    finally:
        shutil.rmtree(folder)


for line in sys.stdin:
    case = json.loads(line)
    result = ask(case)
    answer = {**case, "result": result} if "--record" in sys.argv else result
    print(json.dumps(answer, ensure_ascii=False), flush=True)
