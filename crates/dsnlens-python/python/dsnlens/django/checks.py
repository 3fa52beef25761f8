"""The system checks. Each finding names its rule in the hint; no message holds a password."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from django.core import checks

from .. import _case, _native
from .cases import aliases, case
from .numbers import NUMBERS

_MESSAGES = {"error": checks.Error, "warning": checks.Warning, "info": checks.Info}
#: The letter of Django's identifiers.
_LETTERS = {"error": "E", "warning": "W", "info": "I"}

#: A failure that no rule is about.
_NO_RULE = 0


def check_settings(app_configs: Any, **kwargs: Any) -> list[checks.CheckMessage]:
    """What is wrong with ``DATABASES``, without a connection."""
    found = []
    for alias in aliases():
        answer = json.loads(_native.resolve(_case(case(alias)), True, False))
        found += _messages(alias, answer["diagnostics"])
        refusal = answer["refusal"]
        if refusal and not any(it["severity"] == "error" for it in answer["diagnostics"]):
            text = f"{refusal['type']}: {refusal['message'].strip()}"
            found.append(_message(alias, "error", text, None, None))
    return found


def check_connections(
    app_configs: Any, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[checks.CheckMessage]:
    """What a connection to the named databases comes to."""
    found = []
    for alias in aliases():
        if alias not in (databases or ()):
            continue
        document, _ = _native.check(_case(case(alias)), False, 80)
        check = json.loads(document)
        found += _messages(alias, check["diagnostics"])
        if not check["connected"] and not check["diagnostics"]:
            refusal = check["resolution"]["refusal"]
            if not refusal:
                failed = [it["step"] for it in check["steps"] if it["status"] == "fail"]
                text = f"No connection: the step {failed[-1] if failed else 'dns'} fails"
                found.append(_message(alias, "error", text, None, None))
    return found


def _messages(alias: str, findings: list[dict[str, Any]]) -> list[checks.CheckMessage]:
    return [
        _message(alias, it["severity"], it["message"], it.get("help"), it["rule"]) for it in findings
    ]


def _message(
    alias: str, severity: str, text: str, help: str | None, rule: str | None
) -> checks.CheckMessage:
    number = _NO_RULE if rule is None else NUMBERS[rule]
    where = "manage.py dsnlens" if rule is None else f"dsnlens explain {rule}"
    hint = f"{_sentence(help)} See `{where}`." if help else f"See `{where}`."
    return _MESSAGES[severity](
        _sentence(text),
        hint=hint,
        obj=f"DATABASES[{alias!r}]",
        id=f"dsnlens.{_LETTERS[severity]}{number:03}",
    )


def _sentence(text: str) -> str:
    text = text[:1].upper() + text[1:]
    return text if text.endswith((".", "!", "?")) else f"{text}."
