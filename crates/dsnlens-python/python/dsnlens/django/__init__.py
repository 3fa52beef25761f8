"""DSN Lens in Django: ``INSTALLED_APPS += ["dsnlens.django"]``.

System checks over the real ``settings.DATABASES``, with ``manage.py check --database default`` a
connection too, and ``manage.py dsnlens``.
"""
