"""Giving the letters of a slice their outgoing numbers before they go."""

import re
from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from audit.services import audited
from common import clock, formatting
from common.errors import ImpossibleStep, InvalidInput, NotAllowed
from common.names import one_line
from common.scope import Scope
from rating import policies
from rating.models import LetterNumbering, RatingLetter, Slice
from rating.selectors.letters import concerned_scores, letters_are_composed, replaced_scores

PLACE = "{n}"
LONGEST_PATTERN = 40
LARGEST_NUMBER = 999_999
AHEAD = timedelta(days=31)
"""A letter is not dated further ahead."""
ALLOWED = re.compile(r"[\w .,/()№-]*")


@audited
@transaction.atomic
def letter_numbers_set(
    *, actor: Scope, slice_id: int, pattern: str, first: int | None, dated_on: date | None
) -> LetterNumbering | None:
    """Number the letters of a slice from `first` by a pattern with `{n}`, all of one day; None takes the numbers away.

    With all three empty the number and its field stay blank on paper, and the day is that of the letter. The regions
    that get a letter are counted in the order of the table. Raises Missing, NotAllowed, InvalidInput by field,
    ImpossibleStep once the letters are queued: what stands in a letter does not change.
    """
    slice_: Slice = Slice.objects.select_for_update(of=("self",)).fetch(actor, pk=slice_id)
    if not policies.can_publish(actor):
        raise NotAllowed(_("Only methodologists and administrators number the letters of a month."))
    if letters_are_numbered(slice_):
        raise ImpossibleStep(_("The letters of this revision are queued: their numbers no longer change."))
    pattern = one_line(pattern, field="pattern")
    known = LetterNumbering.objects.filter(slice=slice_).first()
    if not pattern and first is None and dated_on is None:
        if known is not None:
            known.delete()
        return None
    numbering = known or LetterNumbering(slice=slice_)
    numbering.pattern, numbering.first, numbering.dated_on = _checked(slice_, pattern, first, dated_on)
    numbering.author_id, numbering.changed_at = actor.user_id, clock.now()
    _require_free(numbering)
    numbering.save()
    return numbering


def letters_are_numbered(slice_: Slice) -> bool:
    """Whether letters of the slice are queued or being written, so that their requisites are fixed."""
    return RatingLetter.objects.filter(slice=slice_).exists() or letters_are_composed(slice_)


def _checked(slice_: Slice, pattern: str, first: int | None, dated_on: date | None) -> tuple[str, int, date]:
    errors: dict[str, str] = {}
    if refusal := pattern_refusal(pattern):
        errors["pattern"] = refusal
    if first is None or not 1 <= first <= LARGEST_NUMBER:
        errors["first"] = _("The first number is from 1 to %(largest)s.") % {"largest": LARGEST_NUMBER}
    if dated_on is None:
        errors["dated_on"] = _("Say of which day the letters are.")
    elif dated_on.strftime("%Y-%m") <= slice_.period:
        month = formatting.month_name(slice_.period)
        errors["dated_on"] = _("A letter about %(month)s is of a later day than the month itself.") % {
            "month": month
        }
    elif dated_on > clock.today() + AHEAD:
        errors["dated_on"] = _("A letter is dated at most a month ahead.")
    if errors or first is None or dated_on is None:
        raise InvalidInput(errors)
    return pattern, first, dated_on


def pattern_refusal(pattern: str) -> str:
    """What is wrong with a pattern of numbers; empty when nothing is."""
    if not pattern:
        return _("Write how the number looks, for example 01-12/{n}.")
    if len(pattern) > LONGEST_PATTERN:
        return _("At most %(most)s characters.") % {"most": LONGEST_PATTERN}
    if pattern.count(PLACE) != 1:
        return _("The counted number stands in the pattern exactly once, as {n}: for example 01-12/{n}.")
    wrong = ALLOWED.sub("", pattern.replace(PLACE, ""))
    if wrong:
        return _(
            "“%(sign)s” does not belong into a number: letters, digits, spaces and - / . , ( ) № do."
        ) % {"sign": wrong[0]}
    return ""


def _require_free(numbering: LetterNumbering) -> None:
    """A number is given once a year: to no two letters, whatever revision or month they are about."""
    slice_ = numbering.slice
    concerned, _unchanged = concerned_scores(slice_, replaced_scores(slice_))
    numbers = range(numbering.first, numbering.first + len(concerned))
    written = {numbering.number(n) for n in numbers}
    others = LetterNumbering.objects.exclude(slice=slice_).filter(dated_on__year=numbering.dated_on.year)
    for other in others.select_related("slice"):
        theirs, _unchanged = concerned_scores(other.slice, replaced_scores(other.slice))
        planned = {other.number(n) for n in range(other.first, other.first + len(theirs))}
        sent = set(RatingLetter.objects.filter(slice=other.slice).values_list("outgoing_number", flat=True))
        taken = written & (planned | sent)
        if taken:
            words = _("The number %(number)s belongs to a letter about %(month)s, revision %(revision)s.")
            raise InvalidInput(
                {
                    "first": words
                    % {
                        "number": min(taken, key=lambda one: (len(one), one)),
                        "month": formatting.month_name(other.slice.period),
                        "revision": other.slice.revision,
                    }
                }
            )
