"""Asks CPython anew what the settings modules of `modules.jsonl` make of their environments.

    python3.11 -m venv VENV
    VENV/bin/pip install dj-database-url==3.1.2 django-environ==0.14.0 python-decouple==3.8 environs==15.2.0
    VENV/bin/python tests/oracles/modules.py < tests/recorded/modules.jsonl > answers.jsonl

Each module runs in a process of its own, as `config/settings.py` of an empty folder, with its `files`
and its `dotenv` beside it. `result` is `DATABASES` and `DEBUG`, or the exception and the last line
of the project that it went through.
"""

import json
import os
import subprocess
import sys
import tempfile

CHILD = r"""
import importlib, json, os, sys

sys.path.insert(0, os.getcwd())
sys.argv = ["manage.py", "runserver"]
try:
    module = importlib.import_module("config.settings")
    answer = {"DATABASES": getattr(module, "DATABASES", None), "DEBUG": getattr(module, "DEBUG", None)}
except BaseException as error:
    lines = []
    trace = error.__traceback__
    while trace:
        if trace.tb_frame.f_code.co_filename.startswith(os.getcwd() + "/config"):
            lines.append(trace.tb_lineno)
        trace = trace.tb_next
    name, line = type(error).__name__, lines[-1] if lines else None
    answer = {"error": {"type": name, "message": str(error), "line": line}}
print(json.dumps(answer))
"""


def ask(case):
    with tempfile.TemporaryDirectory() as folder:
        folder = os.path.realpath(folder)
        files = {
            "config/settings.py": case["settings"],
            "config/.env": case.get("dotenv", ""),
            "child/run.py": CHILD,
            **case.get("files", {}),
        }
        for path, text in files.items():
            path = os.path.join(folder, path)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)
        child = [sys.executable, os.path.join(folder, "child/run.py")]
        run = subprocess.run(child, env=case["env"], cwd=folder, capture_output=True, check=True)
        return json.loads(run.stdout)


for line in sys.stdin:
    case = json.loads(line)
    print(json.dumps({**case, "result": ask(case)}, ensure_ascii=False))
