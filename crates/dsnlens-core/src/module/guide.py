import os

import dj_database_url

DEBUG = os.getenv("DEBUG", "").strip().lower() in ("true", "1", "yes", "on", "t", "y")

if "DATABASE_URL" in os.environ:
    DATABASES = {
        "default": dj_database_url.config(
            default=os.environ["DATABASE_URL"],
            conn_max_age=600,
            conn_health_checks=True,
            ssl_require=not DEBUG,
        )
    }
else:
    db_host = os.getenv("DB_HOST", "localhost")
    is_local = db_host in ["localhost", "127.0.0.1", "::1"]
    ssl_mode = "prefer" if (DEBUG or is_local) else "require"
    DATABASES = {
        "default": {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": os.getenv("DB_NAME", "election_cart"),
            "USER": os.getenv("DB_USER", "postgres"),
            "PASSWORD": os.getenv("DB_PASSWORD", "postgres"),
            "HOST": db_host,
            "PORT": os.getenv("DB_PORT", "5432"),
            "CONN_MAX_AGE": 600,
            "OPTIONS": {"sslmode": ssl_mode, "connect_timeout": 10},
        }
    }
