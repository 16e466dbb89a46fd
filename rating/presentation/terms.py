"""The words of the rating and what they mean: the glossary, and the part of it that a page needs."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from common.errors import StrOrPromise


@dataclass(frozen=True, slots=True)
class Term:
    """A word of the rating, what it means, and the section of the methodology that says so."""

    key: str
    term: StrOrPromise
    meaning: StrOrPromise
    section: str


GLOSSARY = (
    Term(
        "execution",
        _("Execution"),
        _("one item of a protocol carried out by one cluster; the unit that is counted"),
        "§1",
    ),
    Term(
        "weight",
        _("Weight"),
        _("1 for an ordinary, 2 for an important, 3 for an especially important item; set at issue"),
        "§1",
    ),
    Term(
        "points",
        _("Points"),
        _(
            "what one execution earns: 100 on time, less by the days late and by each return, 0 when not handed in"
        ),
        "§4",
    ),
    Term(
        "score",
        _("Score"),
        _("the sum of points × weight divided by the sum of weights, from 0 to 100"),
        "§4",
    ),
    Term(
        "lost",
        _("Points lost"),
        _("what is missing to 100; by cluster, item and reason it sums exactly"),
        "§7",
    ),
    Term(
        "zone",
        _("Zone"),
        _("green, yellow or red by the score; the limits stand in the methodology"),
        "§5",
    ),
    Term("border", _("On the border"), _("the interval reaches into another zone"), "§5"),
    Term(
        "place",
        _("Place"),
        _("one more than the number of regions with a higher score; equal scores share a place"),
        "§5",
    ),
    Term("range", _("Range of places"), _("the places that cannot be told apart by chance"), "§6"),
    Term(
        "interval",
        _("Interval"),
        _("where chance alone could put the score in nine cases of ten, given the number of executions"),
        "§6",
    ),
    Term(
        "signal",
        _("Clearly above or below the country"),
        _("the score differs from that of the country by more than chance explains"),
        "§6",
    ),
    Term(
        "change",
        _("Change"),
        _("the score against that of the month before; grey when it lies within what chance does"),
        "§5",
    ),
    Term(
        "three_months",
        _("3 months"),
        _("the score of three months in which each obligation is counted once; steadier than one month"),
        "§5",
    ),
    Term(
        "on_time",
        _("On time"),
        _("handed in on or before the due date, whenever the centre reviewed it"),
        "§3",
    ),
    Term(
        "late",
        _("Late"),
        _("handed in after the due date, but before the days that still count were over"),
        "§3",
    ),
    Term(
        "not_executed",
        _("Not executed"),
        _("not handed in by the last day that counts, or returned and not handed in again"),
        "§3",
    ),
    Term(
        "returned",
        _("Returned for rework"),
        _("the centre sent the report back; the days it lay there are added to the due date"),
        "§3",
    ),
    Term(
        "carried",
        _("Carried over"),
        _("overdue from an earlier month and not handed in: it stays in each slice at 0 until it is"),
        "§3",
    ),
    Term(
        "gain",
        _("What lifts the score"),
        _("the score if this execution were handed in today and nothing else changed"),
        "§7",
    ),
    Term(
        "stake",
        _("At stake"),
        _("points of the next month that depend on an open execution; no promise"),
        "§7",
    ),
    Term("slice", _("Slice"), _("the rating of one month, frozen with its inputs; it never changes"), "§8"),
    Term(
        "revision",
        _("Revision"),
        _("a later computation of the same slice after decided appeals; the old one stays readable"),
        "§8",
    ),
    Term(
        "audit",
        _("Audit file"),
        _("the frozen inputs of a slice; anybody who has it can recompute every number"),
        "§8",
    ),
)
"""All words that the pages of the rating use, in the order in which a reader needs them."""


def terms_of(keys: Iterable[str]) -> list[Term]:
    """The terms with these keys, in the order of the glossary; raises KeyError for a key that no term has."""
    known = {term.key: term for term in GLOSSARY}
    wanted = {known[key].key for key in keys}
    return [term for key, term in known.items() if key in wanted]
