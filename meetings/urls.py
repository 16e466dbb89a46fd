"""Addresses of this room."""

from django.urls import URLPattern

from meetings.agenda_urls import agenda_urlpatterns
from meetings.participation_urls import participation_urlpatterns
from meetings.protocol_urls import protocol_urlpatterns

app_name = "meetings"
urlpatterns: list[URLPattern] = [
    *agenda_urlpatterns,
    *participation_urlpatterns,
    *protocol_urlpatterns,
]
