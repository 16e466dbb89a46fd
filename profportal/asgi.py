"""ASGI entry point: uvicorn in the demo, gunicorn's ASGI worker in services mode."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "profportal.settings.production")

application = get_asgi_application()
