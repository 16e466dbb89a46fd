"""Composition only: settings, urls, the API root, Celery, ASGI."""

from profportal.celery import app as celery_app

__all__ = ["celery_app"]
