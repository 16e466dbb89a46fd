"""Rows of executions are written as text: what people typed stays text, and the marks say what the row is."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from tests.cast import Cast
from tests.dashboard.office import TODAY, hand_in, page, text_of, work

pytestmark = pytest.mark.usefixtures("march", "rating")

People = Callable[[str], Client]
HOSTILE = "<script>alert('1')</script>&"
ESCAPED = "&lt;script&gt;alert(&#x27;1&#x27;)&lt;/script&gt;&amp;"


@pytest.mark.parametrize("address", ["registry", "review"])
def test_titles_and_names_stay_text(as_person: People, cast: Cast, address: str) -> None:
    execution = work([cast.omsk_machines], TODAY)[0]
    item, cluster = execution.assignment, execution.cluster
    assert cluster is not None
    cluster.name, item.title, item.protocol.number = f"cluster{HOSTILE}", f"item{HOSTILE}", f"№{HOSTILE}"
    cluster.save()
    item.protocol.save()
    item.save()
    hand_in(cast, [execution])
    seen = text_of(as_person("controller"), page(address))
    assert HOSTILE not in seen
    for word in ("cluster", "item", "№"):
        assert f"{word}{ESCAPED}" in seen


def test_a_late_row_says_how_late_and_the_region_stands_only_where_it_differs(
    as_person: People, cast: Cast
) -> None:
    work([cast.omsk_machines], TODAY - timedelta(days=3))
    centre, region = (text_of(as_person(who), page("registry")) for who in ("controller", "omsk_coordinator"))
    for seen in (centre, region):
        assert '<span class="table__note">3 days late</span>' in seen
        assert '<span class="tag tag--danger">overdue</span>' in seen
    assert 'data-label="Region"' in centre
    assert 'data-label="Region"' not in region
