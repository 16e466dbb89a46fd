"""The demo on one machine: SQLite, no Redis, worker and beat in the web process, letters into a folder."""

import secrets

from profportal.settings.base import *  # noqa: F403
from profportal.settings.base import CELERY_BEAT_SCHEDULE, VAR_DIR, env
from profportal.settings.sqlite import sqlite_database

VAR_DIR.mkdir(exist_ok=True)

IS_DEMO = True
DEBUG = False
SECRET_KEY = env.str("SECRET_KEY", default="") or secrets.token_urlsafe(50)
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]"]
DATABASES = {"default": sqlite_database(env.str("DEMO_DATABASE", default=str(VAR_DIR / "demo.sqlite3")))}
SECOND_FACTOR_REQUIRED = False
MAIL_TRANSPORT = "folder"

CELERY_BROKER_URL = "memory://"
CELERY_BROKER_TRANSPORT_OPTIONS = {"polling_interval": 0.1}
CELERY_WORKER_REDIRECT_STDOUTS = False
CELERY_BEAT_SCHEDULE["drain-mail"]["schedule"] = 5.0
