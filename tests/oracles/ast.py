"""Asks CPython's parser which variables a program sets in `os.environ`.

    /usr/bin/python3 -P tests/oracles/ast.py < texts > answers

A text is a line of JSON, a string; its answer is the map of the names to the values. The program
is not run. `-P` is needed: this file has a module's own name.
"""

import ast
import json
import sys


def assigned(text):
    """`os.environ["NAME"] = "value"`, by name."""
    found = {}
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Subscript):
            name = ast.literal_eval(node.targets[0].slice)
            found[name] = ast.literal_eval(node.value)
    return found


for line in sys.stdin:
    print(json.dumps(assigned(json.loads(line))), flush=True)
