"""The suite on the embedded default: SQLite in memory, tasks run in place, nothing leaves the process."""

from profportal.settings.base import *  # noqa: F403
from profportal.settings.base import BASE_DIR, INSTALLED_APPS
from profportal.settings.sqlite import sqlite_database

INSTALLED_APPS = ["demo", *INSTALLED_APPS]
SECRET_KEY = "test-only-key-that-protects-nothing-0123456789abcdef"  # noqa: S105
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
DATABASES = {"default": sqlite_database(":memory:")}
SECOND_FACTOR_REQUIRED = False
RATING_SECOND_PERSON = False
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
AXES_ENABLED = False
MAIL_TRANSPORT = "folder"
MAIL_FOLDER = BASE_DIR / "var" / "test-mail"
MEDIA_ROOT = BASE_DIR / "var" / "test-media"
CELERY_TASK_ALWAYS_EAGER = True
CELERY_TASK_EAGER_PROPAGATES = True
CELERY_BROKER_URL = "memory://localhost/"
PORTAL_BASE_URL = "https://portal.example"
WHITENOISE_AUTOREFRESH = True
"""Static files are looked up when asked for; a client of the tests would else list them all anew."""
