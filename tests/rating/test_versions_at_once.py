"""Several people approve one draft in the same moment on PostgreSQL: one version."""

import pytest

from common import clock
from common.errors import ImpossibleStep
from rating.enums import DraftState
from rating.models import Methodology, MethodologyDraft
from rating.services import draft_approve, draft_begin
from tests.cast import build_cast
from tests.dashboard.office import methodology
from tests.rating.test_versions import NOW, REASON, changed
from tests.together import at_once

pytestmark = [pytest.mark.services, pytest.mark.usefixtures("emptied_after")]
PEOPLE = 8


def test_many_approvals_at_once_make_one_version() -> None:
    cast = build_cast()
    methodology()
    with clock.at(NOW):
        draft = draft_begin(actor=cast.scope("methodologist"), params=changed(), reason=REASON)
    approver = cast.scope("administrator")

    found = at_once(lambda: draft_approve(actor=approver, draft_id=draft.pk, saves=1), NOW, PEOPLE)

    versions = [one for one in found if isinstance(one, Methodology)]
    assert len(versions) == 1
    assert [type(one) for one in found if not isinstance(one, Methodology)] == [ImpossibleStep] * (PEOPLE - 1)
    assert Methodology.objects.filter(version="2.0").count() == 1
    assert MethodologyDraft.objects.get().state == DraftState.APPROVED
