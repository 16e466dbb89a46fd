"""Addresses of this room."""

from django.urls import path

from regions import views

app_name = "regions"

urlpatterns = [
    path("calendar/", views.calendar, name="calendar"),
    path("calendar/<int:pk>/", views.calendar_edit, name="calendar-edit"),
    path("calendar/<int:pk>/end/", views.calendar_end, name="calendar-end"),
    path("regions/<str:code>/sharing/", views.sharing, name="sharing"),
    path("regions/<str:code>/sharing/withdraw/", views.sharing_end, name="sharing-withdraw"),
    path("regions/<str:code>/authority/", views.authority, name="authority"),
    path("regions/<str:code>/authority/heads/add/", views.head_new, name="head-add"),
    path("regions/<str:code>/authority/heads/<int:pk>/", views.head_edit, name="head-edit"),
    path("regions/<str:code>/authority/heads/<int:pk>/end/", views.head_close, name="head-end"),
]
