"""ASGI entry point: uvicorn in the demo, gunicorn's ASGI worker in services mode."""

import os

from django.core.asgi import get_asgi_application

from common.bodies import BodyGate

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "profportal.settings.production")

application = BodyGate(get_asgi_application())
