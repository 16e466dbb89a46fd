"""The suite on PostgreSQL and Redis: the test settings with the real servers behind them."""

import getpass
import os

from profportal.settings.base import env
from profportal.settings.postgres import postgres_database
from profportal.settings.test import *  # noqa: F403

_user = os.environ.get("PGUSER") or getpass.getuser()
DATABASES = {"default": postgres_database(env, default=f"postgres://{_user}@127.0.0.1:5432/postgres")}
REDIS_URL = env.str("REDIS_URL", default="redis://127.0.0.1:6379/0")
