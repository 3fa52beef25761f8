"""The application, which registers the checks."""

from __future__ import annotations

from django.apps import AppConfig
from django.core import checks


class DsnLensConfig(AppConfig):
    """``dsnlens.django``."""

    name = "dsnlens.django"
    # Another application may be called "django".
    label = "dsnlens"
    verbose_name = "DSN Lens"
    default = True

    def ready(self) -> None:
        from .checks import check_connections, check_settings

        checks.register(check_settings)
        # Django runs these only for the databases that are named.
        checks.register(check_connections, checks.Tags.database)
