"""Addresses of the regional supervisory boards; `cyclogram.urls` includes them."""

from django.urls import URLPattern, path

from cyclogram.views import boards

BOARD = "cyclogram/boards/<str:region>/"
SESSION = f"{BOARD}sessions/<int:session>/"

board_urlpatterns: list[URLPattern] = [
    path("cyclogram/boards/", boards.boards, name="boards"),
    path(BOARD, boards.board, name="board"),
    path(f"{BOARD}act/", boards.act, name="board-act"),
    path(f"{BOARD}edit/", boards.edit, name="board-edit"),
    path(f"{BOARD}members/new/", boards.member, name="board-member-create"),
    path(f"{BOARD}members/<int:pk>/", boards.member, name="board-member"),
    path(f"{BOARD}sessions/new/", boards.session, name="board-session-create"),
    path(f"{BOARD}sessions/<int:pk>/", boards.session, name="board-session"),
    path(f"{BOARD}sessions/<int:pk>/protocol/", boards.session_protocol, name="board-protocol"),
    path(f"{SESSION}decisions/new/", boards.decision, name="board-decision-create"),
    path(f"{SESSION}decisions/<int:pk>/", boards.decision, name="board-decision"),
]
