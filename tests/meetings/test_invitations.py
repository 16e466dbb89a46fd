"""Inviting: every addressed region with the clusters that it is to bring, frozen; repeated, only what is new."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from clusters.models import Cluster
from common.errors import InvalidInput, Missing, NotAllowed
from common.scope import SYSTEM
from meetings.enums import MeetingState
from meetings.keys import answer_key, check_in_code
from meetings.models import ClusterAttendance, Invitation
from meetings.services.invitations import invitation_renew, invitations_write
from regions.models import Region
from tests.cast import Cast
from tests.meetings.builders import invite, meeting

pytestmark = pytest.mark.django_db


def brought(to: object) -> dict[str, list[str]]:
    rows = Invitation.objects.filter(meeting=to)
    return {row.region_id: sorted(row.clusters.values_list("cluster__code", flat=True)) for row in rows}


def test_a_rule_over_regions_invites_them_with_all_their_clusters(cast: Cast) -> None:
    made = meeting(MeetingState.DRAFT)
    invitations_write(actor=SYSTEM, meeting=made)
    assert brought(made) == {"70": ["70-001", "70-002"], "55": ["55-001", "55-002"], "87": []}


def test_a_rule_over_clusters_invites_their_regions_with_these_clusters_alone(cast: Cast) -> None:
    made = meeting(MeetingState.DRAFT, addressee="clusters", audience={"cohorts": [2023]})
    invitations_write(actor=SYSTEM, meeting=made)
    assert brought(made) == {"70": ["70-001"], "55": ["55-001"]}


def test_a_cluster_that_has_left_the_project_is_not_to_be_brought(cast: Cast) -> None:
    Cluster.objects.filter(pk=cast.tomsk_farming.pk).update(closed_on="2026-01-01")
    made = meeting(MeetingState.DRAFT, audience={"regions": ["70"]})
    invitations_write(actor=SYSTEM, meeting=made)
    assert brought(made) == {"70": ["70-001"]}


def test_repeated_it_adds_what_is_new_and_takes_nothing_away(cast: Cast) -> None:
    made = meeting(MeetingState.DRAFT, audience={"regions": ["70"]})
    first = invitations_write(actor=SYSTEM, meeting=made)
    assert first == 1
    Cluster.objects.create(code="70-003", region=cast.tomsk)
    made.audience = {"regions": ["55"]}
    made.save()
    second = invitations_write(actor=SYSTEM, meeting=made)
    assert second == 1
    assert brought(made) == {"70": ["70-001", "70-002"], "55": ["55-001", "55-002"]}
    assert invitations_write(actor=SYSTEM, meeting=made) == 0


def test_an_audience_that_nobody_fits_is_refused(cast: Cast) -> None:
    made = meeting(MeetingState.DRAFT, addressee="clusters", audience={"cohorts": [2019]})
    with pytest.raises(InvalidInput) as refused:
        invitations_write(actor=SYSTEM, meeting=made)
    assert set(refused.value.errors) == {"audience"}


def test_a_cluster_stays_with_the_region_that_was_invited_with_it(cast: Cast) -> None:
    made = meeting(MeetingState.DRAFT)
    invitations_write(actor=SYSTEM, meeting=made)
    Cluster.objects.filter(pk=cast.tomsk_machines.pk).update(region=cast.omsk)
    invitations_write(actor=SYSTEM, meeting=made)
    own = ClusterAttendance.objects.get(cluster=cast.tomsk_machines)
    assert own.invitation.region_id == "70"


def test_the_number_of_statements_does_not_grow_with_the_regions(cast: Cast) -> None:
    def statements(**rule: object) -> int:
        made = meeting(MeetingState.DRAFT, **rule)
        with CaptureQueriesContext(connection) as queries:
            invitations_write(actor=SYSTEM, meeting=made)
        return len(queries)

    few = statements(audience={"regions": ["70"]})
    for number in range(20):
        region = Region.objects.create(
            code=f"R{number}", name_ru=f"Область {number}", name_en=f"R{number}", short_ru="О", brief_ru="О",
            brief_en="R", genitive_ru="О", district=cast.tomsk.district, timezone="Asia/Tomsk",
        )  # fmt: skip
        Cluster.objects.create(code=f"R{number}-001", region=region)
    assert statements() == few


def test_renewing_takes_back_the_links_and_codes_and_begins_the_tries_anew(cast: Cast) -> None:
    row = invite(meeting(), cast.tomsk)
    person = cast.tomsk_coordinator.pk
    before = answer_key(row, person), check_in_code(row, person)
    Invitation.objects.update(code_tries=10)
    invitation_renew(actor=cast.scope("controller"), meeting_id=row.meeting_id, region="70")
    row.refresh_from_db()
    assert (row.turn, row.code_tries) == (2, 0)
    assert answer_key(row, person) != before[0]
    assert check_in_code(row, person) != before[1]


def test_only_those_who_run_the_meeting_renew(cast: Cast) -> None:
    row = invite(meeting(), cast.tomsk)
    with pytest.raises(NotAllowed):
        invitation_renew(actor=cast.scope("tomsk_coordinator"), meeting_id=row.meeting_id, region="70")
    with pytest.raises(Missing):
        invitation_renew(actor=cast.scope("omsk_coordinator"), meeting_id=row.meeting_id, region="70")
