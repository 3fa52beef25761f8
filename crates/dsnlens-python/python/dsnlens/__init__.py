"""What an application will really do with its ``DATABASE_URL`` or ``DB_*`` variables.

>>> import dsnlens
>>> answer = dsnlens.resolve({"env": {"DATABASE_URL": "postgres://app:secret@db.example.com/shop"}})
>>> answer["ssl"]["mode"]
'require'

A case is what a line of ``dsnlens resolve --jsonl`` is; nothing of this process or this machine
counts but what stands in it. Secrets are masked. Nothing is connected to.
"""

from __future__ import annotations

import json as _json
import os as _os
from collections.abc import Mapping as _Mapping
from typing import Any

from . import _native

__all__ = ["compare", "resolve", "version"]

#: What JSON can say of an integer, and any other program read.
_SMALL = range(-(2**63), 2**63)


def resolve(case: _Mapping[str, Any], *, show_secrets: bool = False) -> dict[str, Any]:
    """What the application does: settings, libpq's parameters, TLS, and what is wrong.

    ``case`` has the key ``env``, a dictionary of variables, and may have ``debug``, ``client``,
    ``settings``, ``dotenv`` and ``stack``. In ``settings["databases"]`` paths, tuples and big
    integers may stand as they are; any other object is a value that is not known.

    Raises ``TypeError`` that names the key where the case is not one. An error of the application
    is an answer: ``answer["refusal"]``.
    """
    return _json.loads(_native.resolve(_case(case), False, bool(show_secrets)))


def compare(case: _Mapping[str, Any]) -> dict[str, Any]:
    """What each client reads of the same variables, and which of them agree.

    Raises ``TypeError`` as ``resolve`` does.
    """
    return _json.loads(_native.compare(_case(case)))


def version() -> str:
    """The release of DSN Lens."""
    return _native.version()


def _case(case: Any) -> str:
    """A case as JSON."""
    if not isinstance(case, _Mapping):
        raise TypeError("a case is a dictionary")
    plain = dict(case)
    settings = plain.get("settings")
    if isinstance(settings, _Mapping) and isinstance(settings.get("databases"), _Mapping):
        databases = {alias: _value(entry) for alias, entry in settings["databases"].items()}
        plain["settings"] = {**settings, "databases": databases}
    elif isinstance(settings, _Mapping):
        plain["settings"] = dict(settings)
    for name in ("env", "stack"):
        if isinstance(plain.get(name), _Mapping):
            plain[name] = dict(plain[name])
    for key, value in plain.items():
        try:
            # The keys of JSON are strings, and json.dumps makes some of what is none.
            if not _has_names(value):
                raise TypeError
            # A lone surrogate, as os.environ has it for a byte that is not UTF-8, is no text.
            _json.dumps(value, allow_nan=False, ensure_ascii=False).encode()
        except (RecursionError, TypeError, ValueError):
            raise TypeError(f"`{key}` holds what JSON cannot say") from None
    return _json.dumps(plain)


def _has_names(value: Any) -> bool:
    if isinstance(value, dict):
        return all(isinstance(key, str) and _has_names(it) for key, it in value.items())
    return True


def _value(value: Any) -> Any:
    """A value of ``DATABASES`` as a case writes it."""
    if value is None or isinstance(value, (bool, str)):
        # A subclass of str is the text it is: Django's lazy texts are none.
        return value if not isinstance(value, str) else str(value)
    if isinstance(value, int):
        return int(value) if int(value) in _SMALL else {"$bigint": str(int(value))}
    if isinstance(value, float):
        return value if value == value and abs(value) != float("inf") else _unknown(value)
    if isinstance(value, _os.PathLike):
        path = _os.fspath(value)
        return {"$path": path} if isinstance(path, str) else _unknown(value)
    if isinstance(value, (list, tuple)):
        return [_value(it) for it in value]
    if isinstance(value, _Mapping):
        if all(isinstance(key, str) for key in value):
            return {key: _value(it) for key, it in value.items()}
    return _unknown(value)


def _unknown(value: Any) -> dict[str, str]:
    return {"$unknown": f"a value of type {type(value).__name__}"}
