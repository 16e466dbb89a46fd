"""The Celery application. Tasks live in the rooms; this module only wires them."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "profportal.settings.demo")

app = Celery("profportal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
