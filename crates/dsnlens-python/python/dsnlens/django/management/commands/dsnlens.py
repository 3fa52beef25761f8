"""``manage.py dsnlens``: what this project does with its ``DATABASES``."""

from __future__ import annotations

import json
import shutil
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from ... import cases
from .... import _case, _native


class Command(BaseCommand):
    """Shows each effective setting, where it came from, TLS, and what is wrong."""

    help = "Shows what a connection is really made with, and what is wrong; passwords are masked."
    # The checks would say the same again, and an error of theirs would end this.
    requires_system_checks: list[Any] = []

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--database", default="default", metavar="ALIAS")
        parser.add_argument("--format", choices=["text", "json"], default="text")
        parser.add_argument(
            "--connect", action="store_true", help="Also connect, and show each step."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        alias = options["database"]
        known = cases.aliases()
        if alias not in known:
            names = ", ".join(known) or "none"
            raise CommandError(f"No PostgreSQL database has this alias; there are: {names}.")
        case = _case(cases.case(alias))
        has_colors = self.style.ERROR("") != "" and not options["no_color"]
        width = shutil.get_terminal_size().columns
        failed = False
        if options["connect"]:
            document, text = _native.check(case, has_colors, width)
            failed = not json.loads(document)["connected"]
        elif options["format"] == "json":
            document, text = _native.resolve(case, True, False), ""
        else:
            document, text = "", _native.report(case, has_colors, width)
        if options["format"] == "json":
            self.stdout.write(document)
        else:
            self.stdout.write(f"{cases.releases()}\n")
            self.stdout.write(text, ending="")
        if failed:
            sys.exit(1)
