"""The demo on one machine: SQLite, no Redis, worker and beat in the web process, letters into a folder."""

import secrets

from profportal.settings.base import *  # noqa: F403
from profportal.settings.base import CELERY_BEAT_SCHEDULE, INSTALLED_APPS, LOGGING, VAR_DIR, env
from profportal.settings.sqlite import sqlite_database

VAR_DIR.mkdir(exist_ok=True)


def local_secret() -> str:
    """A key made on first use and kept beside the database, so that sign-ins outlive a restart."""
    path = VAR_DIR / "demo.key"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(50), encoding="utf-8")
    return path.read_text(encoding="utf-8")


IS_DEMO = True
DEBUG = False
INSTALLED_APPS = ["demo", *INSTALLED_APPS]
SECRET_KEY = env.str("SECRET_KEY", default="") or local_secret()
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]"]
DATABASES = {"default": sqlite_database(env.str("DEMO_DATABASE", default=str(VAR_DIR / "demo.sqlite3")))}
SECOND_FACTOR_REQUIRED = False
RATING_SECOND_PERSON = False
MAIL_TRANSPORT = "folder"

CELERY_BROKER_URL = "memory://localhost/"
CELERY_BROKER_TRANSPORT_OPTIONS = {"polling_interval": 0.1}
CELERY_WORKER_REDIRECT_STDOUTS = False
CELERY_BEAT_SCHEDULE["drain-mail"]["schedule"] = 5.0

LOGGING["root"]["level"] = env.str("LOG_LEVEL", default="WARNING")
