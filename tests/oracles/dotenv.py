"""Asks python-dotenv what a `.env` file says.

    /usr/bin/python3 -P tests/oracles/dotenv.py < texts > answers

A text is a line of JSON, a string; its answer is {"bindings": [[name, value or null], …],
"unreadable": [line, …]}, the values expanded and of two with one name both told.

It reads no file and knows no environment. `-P` is needed: this file has the package's own name.
"""

import io
import json
import os
import re
import sys

from dotenv.main import resolve_variables
from dotenv.parser import parse_stream


def answer(text):
    """What python-dotenv makes of one text."""
    statements = list(parse_stream(io.StringIO(text, newline="")))
    pairs = [(it.key, it.value) for it in statements if it.key is not None]
    bindings = []
    for nth, (name, _) in enumerate(pairs):
        # `resolve_variables` gives a dict; asked of every head of the list, it tells each value.
        bindings.append([name, resolve_variables(pairs[: nth + 1], override=True)[name]])
    return {"bindings": bindings, "unreadable": lines_of_errors(statements)}


def lines_of_errors(statements):
    """Where the unreadable statements start.

    Not by python-dotenv's own count, which starts at the blank lines above a statement and takes
    the CRLF behind an unreadable one for two lines.
    """
    lines, before = [], ""
    for statement in statements:
        blank = re.match(r"\s*", statement.original.string)[0]
        if statement.error:
            lines.append(1 + len(re.findall(r"\r\n|\n|\r", before + blank)))
        before += statement.original.string
    return lines


def main():
    """Answers line by line."""
    os.environ.clear()
    for line in sys.stdin.buffer:
        told = json.dumps(answer(json.loads(line)), ensure_ascii=False, separators=(",", ":"))
        sys.stdout.buffer.write(told.encode() + b"\n")


if __name__ == "__main__":
    main()
