"""Colours and contrast are chosen by a plain form and kept in cookies."""

import pytest
from django.test import RequestFactory

from dashboard.display import display, display_of

post = RequestFactory().post


def test_a_choice_is_kept_in_a_cookie_and_leads_back_to_the_page():
    response = display(post("/display/", {"contrast": "high", "next": "/rating/?zone=red"}))
    assert response.status_code == 302
    assert response["Location"] == "/rating/?zone=red"
    assert response.cookies["contrast"].value == "high"
    assert "theme" not in response.cookies


@pytest.mark.parametrize("target", ["https://other.example/", "//other.example/", "javascript:alert(1)", ""])
def test_a_choice_never_leads_to_another_host(target):
    assert display(post("/display/", {"theme": "dark", "next": target}))["Location"] == "/"


def test_an_unknown_choice_is_passed_over():
    assert not display(post("/display/", {"theme": "pink", "next": "/"})).cookies


def test_a_choice_cannot_be_made_by_a_link():
    assert display(RequestFactory().get("/display/?theme=dark")).status_code == 405


def test_without_cookies_the_page_follows_the_device():
    assert display_of(RequestFactory().get("/")) == {"theme": "auto", "contrast": "normal"}


def test_a_cookie_with_nonsense_counts_as_none():
    request = RequestFactory().get("/")
    request.COOKIES = {"theme": '"><script>', "contrast": "high"}
    assert display_of(request) == {"theme": "auto", "contrast": "high"}
