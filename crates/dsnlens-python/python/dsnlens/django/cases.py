"""Questions about this process: its ``DATABASES``, its environment, what is installed."""

from __future__ import annotations

import os
from importlib import metadata
from typing import Any

import django
from django.conf import settings

#: The backends whose connections end in libpq.
BACKENDS = ("django.db.backends.postgresql", "django.contrib.gis.db.backends.postgis")


def aliases() -> list[str]:
    """The databases that may be asked about."""
    return [alias for alias, entry in settings.DATABASES.items() if _is_postgresql(entry)]


def case(alias: str) -> dict[str, Any]:
    """What is asked about a database: its entry is the only one, so it is the one that counts."""
    entry = dict(settings.DATABASES[alias])
    # What tests do is no part of a connection.
    entry.pop("TEST", None)
    return {
        "env": _environment(),
        "debug": bool(settings.DEBUG),
        "settings": {"databases": {"default": entry}},
        "stack": _stack(),
    }


def _is_postgresql(entry: Any) -> bool:
    return isinstance(entry, dict) and entry.get("ENGINE") in BACKENDS


def _environment() -> dict[str, str]:
    """The variables that libpq reads."""
    variables = {}
    for name, value in os.environ.items():
        try:
            value.encode()
        except UnicodeEncodeError:
            continue
        if name.startswith("PG"):
            variables[name] = value
    return variables


def _stack() -> dict[str, Any]:
    """The releases that are installed, where DSN Lens knows them."""
    stack: dict[str, Any] = {}
    release = ".".join(str(it) for it in django.VERSION[:2])
    if release in ("4.2", "5.0", "5.1", "5.2", "6.0", "6.1"):
        stack["django"] = release
    driver, libpq = _driver()
    if driver:
        stack["driver"] = driver
    if libpq in (15, 16, 17, 18):
        stack["libpq"] = libpq
    return stack


def _driver() -> tuple[str | None, int | None]:
    """The driver that Django takes, and the libpq below it."""
    try:
        # Django prefers it where it can be imported.
        import psycopg

        return "psycopg", psycopg.pq.version() // 10000
    except ImportError:
        pass
    try:
        import psycopg2

        return "psycopg2", psycopg2.__libpq_version__ // 10000
    except ImportError:
        return None, None


def releases() -> str:
    """What is installed, for a line above a report."""
    names = ("Django", "psycopg", "psycopg2", "psycopg2-binary")
    found = []
    for name in names:
        try:
            found.append(f"{name} {metadata.version(name)}")
        except metadata.PackageNotFoundError:
            continue
    libpq = _driver()[1]
    if libpq:
        found.append(f"libpq {libpq}")
    return ", ".join(found)
