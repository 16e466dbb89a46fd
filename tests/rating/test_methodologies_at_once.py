"""Eight keepers approve one draft at the same moment on PostgreSQL: one version."""

from datetime import UTC, datetime

import pytest

from accounts.models import User
from accounts.selectors import scope_for
from common import clock
from common.errors import PortalError
from notifications.models import Notice
from rating.models import Methodology, MethodologyDraft
from rating.services import methodology_approve, methodology_draft_create
from tests.rating.building import params
from tests.rating.portal import load, read
from tests.rating.readers import reader
from tests.rating.test_slices_at_once import at_once

pytestmark = [pytest.mark.services, pytest.mark.usefixtures("emptied_after")]
TODAY = datetime(2023, 12, 20, 9, tzinfo=UTC)


def test_eight_approvals_at_once_give_one_version() -> None:
    load(read("case3"))
    for who in ("methodologist", "second", "coordinator"):
        reader(who)
    author, second = (
        scope_for(User.objects.get(email=f"{who}@example.org")) for who in ("methodologist", "second")
    )
    with clock.at(TODAY):
        draft = methodology_draft_create(
            actor=author, parameters=params(version="2.0", effective_from="2024-02"), note="Порог мест выше"
        )

    def approve() -> str:
        with clock.at(TODAY):
            try:
                return methodology_approve(actor=second, draft_id=draft.pk, version=1).version
            except PortalError as refusal:
                return refusal.code

    answers = at_once(approve)

    assert sorted(answers) == sorted(["2.0", *["impossible_step"] * 7])
    assert list(Methodology.objects.values_list("version", flat=True)) == ["1.0", "2.0"]
    assert MethodologyDraft.objects.get().state == "approved"
    assert Notice.objects.filter(kind="methodology_announced").count() == 2
