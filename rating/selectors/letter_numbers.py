"""Outgoing numbers of the letters of a slice: each is known before the letters go and stays with its letter."""

from collections.abc import Mapping, Sequence
from itertools import count

from rating.letters import Outgoing
from rating.models import LetterNumbering, RatingLetter, RegionScore, Slice
from regions.models import AuthorityHead


def numbering_of(slice_: Slice) -> LetterNumbering | None:
    """What the centre has set for the letters of a slice; None while their numbers are written by hand."""
    return LetterNumbering.objects.filter(slice=slice_).select_related("author").first()


def numbers_of(
    slice_: Slice, concerned: Sequence[RegionScore], heads: Mapping[str, AuthorityHead]
) -> dict[str, Outgoing]:
    """By region code the number and the day of its letter; empty while none are set.

    `concerned` are the regions that get a letter about this revision, in the order of the table: they are counted in
    that order, whether they have a head or not, so that no number moves when an address is found later. A letter to
    another head than the one whom the region's letter went to is a new document and takes a number after the last.
    """
    numbering = numbering_of(slice_)
    if numbering is None:
        return {}
    sent = (
        RatingLetter.objects.filter(slice=slice_)
        .originals()
        .order_by()
        .values_list("region", "head", "outgoing_number")
    )
    given = {(region, head): number for region, head, number in sent.distinct()}
    written, used = {region for region, _head in given}, set(given.values())
    after = (numbering.number(n) for n in count(numbering.first + len(concerned)))
    found: dict[str, Outgoing] = {}
    for n, score in enumerate(concerned, numbering.first):
        code = score.region_id
        number = numbering.number(n)
        if code in written and code in heads:
            number = given.get((code, heads[code].pk)) or next(one for one in after if one not in used)
        found[code] = Outgoing(number, numbering.dated_on)
    return found
