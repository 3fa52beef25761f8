"""Asks PyYAML what is in a text.

    /usr/bin/python3 -P tests/oracles/yaml.py < texts > answers

A text is a line of JSON, a string; its answer is the list of its documents, every scalar a string
as it is written, or null where PyYAML refuses the text. `-P` is needed: this file has the
package's own name.
"""

import json
import sys

import yaml


class Loader(yaml.BaseLoader):
    """Keeps every scalar as it is written, and knows `<<`."""


def construct_mapping(loader, node):
    """A map, with what it takes from others."""
    loader.flatten_mapping(node)
    return {
        loader.construct_object(key, deep=True): loader.construct_object(value, deep=True)
        for key, value in node.value
    }


Loader.flatten_mapping = yaml.SafeLoader.flatten_mapping
Loader.add_constructor("tag:yaml.org,2002:map", construct_mapping)
Loader.add_implicit_resolver("tag:yaml.org,2002:merge", yaml.SafeLoader.yaml_implicit_resolvers["<"][0][1], ["<"])


def answer(text):
    """What PyYAML makes of one text."""
    try:
        documents = list(yaml.load_all(text, Loader))
        return json.dumps(documents, ensure_ascii=True, separators=(",", ":"))
    except (yaml.YAMLError, TypeError, ValueError, RecursionError):
        return "null"


def main():
    """Answers line by line."""
    for line in sys.stdin.buffer:
        sys.stdout.buffer.write(answer(json.loads(line)).encode() + b"\n")


if __name__ == "__main__":
    main()
