"""Who may close, correct and publish a month."""

from collections.abc import Collection

from django.conf import settings

from assignments.enums import REVIEWERS
from common.scope import Role, Scope
from rating.models import Objection, Slice

KEEPERS = (Role.METHODOLOGIST, Role.ADMINISTRATOR)


def can_close(scope: Scope) -> bool:
    """Methodologists and administrators close months by hand; the scheduled job does it by itself."""
    return scope.has(*KEEPERS)


def can_revise(scope: Scope) -> bool:
    """Methodologists and administrators compute the next revision after a decided appeal."""
    return scope.has(*KEEPERS)


def can_publish(scope: Scope) -> bool:
    """Methodologists and administrators publish."""
    return scope.has(*KEEPERS)


def can_edit_letter_template(scope: Scope) -> bool:
    """Methodologists and administrators answer for the words of the letters, as for their sending."""
    return scope.has(*KEEPERS)


def can_preview_letters(scope: Scope) -> bool:
    """The whole centre reads the letters before they are sent: a controller knows the regions best."""
    return scope.is_centre


def can_open_preview(scope: Scope) -> bool:
    """Methodologists and administrators show a draft to the coordinators and announce its publication."""
    return scope.has(*KEEPERS)


def is_second_person(
    scope: Scope, slice_: Slice, opened_by: int | None = None, deciders: Collection[int | None] = ()
) -> bool:
    """A correction is published by another person than the one who made it.

    Behind a correction that the clock has gathered stand `deciders`, who recorded what it corrects. With
    RATING_SECOND_PERSON two different people stand behind the first revision as well: who closed it or opened
    its preview, and who publishes it. `opened_by` is the person who opened the preview, if anybody did.
    """
    if slice_.revision > 1:
        makers = ({slice_.author_id} if slice_.author_id else set(deciders)) - {None}
        if makers:
            return scope.user_id not in makers
    first = {slice_.author_id, opened_by} - {None}
    return not settings.RATING_SECOND_PERSON or bool(first - {scope.user_id})


def can_object(scope: Scope, region: str) -> bool:
    """The coordinators of a region object for it, and take their objections back."""
    return region in scope.coordinated


def can_decide_objections(scope: Scope) -> bool:
    """Controllers and administrators answer objections: they alone append decisions to the log."""
    return scope.has(*REVIEWERS)


def can_decide_objection(scope: Scope, objection: Objection, reviewers: Collection[int | None]) -> bool:
    """Nobody answers an objection to his own review, nor one of a region that he coordinates.

    `reviewers` are the people who accepted or returned a report of the execution.
    """
    own = objection.region_id in scope.coordinated
    return can_decide_objections(scope) and not own and not is_reviewer(scope, reviewers)


def is_reviewer(scope: Scope, reviewers: Collection[int | None]) -> bool:
    """Whether this person is one of those who reviewed the execution."""
    return scope.user_id is not None and scope.user_id in reviewers


def can_read_objections(scope: Scope) -> bool:
    """The centre reads all objections, a region its own."""
    return scope.is_centre or bool(scope.regions)


def can_read_letters(scope: Scope) -> bool:
    """The centre reads all letters, the coordinators and the head of a region those about it."""
    return scope.is_centre or bool(scope.regions)


def can_keep_letters(scope: Scope) -> bool:
    """Controllers and administrators revoke and renew links of letters and record receipts."""
    return scope.has(*REVIEWERS)


def can_confirm_receipt(scope: Scope, region: str) -> bool:
    """The head of the region says himself that the letter has reached him."""
    return region in scope.overseen


def can_draft_versions(scope: Scope) -> bool:
    """Those who close months work on versions of the methodology."""
    return scope.has(*KEEPERS)


def can_approve_version(scope: Scope, makers: Collection[int | None]) -> bool:
    """Another keeper than those who wrote the draft (`makers`) makes a version of it."""
    return can_draft_versions(scope) and scope.user_id not in makers
