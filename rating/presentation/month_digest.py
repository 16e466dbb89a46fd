"""The digest of a month in words: one set of sections, which the page, the DOCX and the PDF all show."""

from collections.abc import Sequence

from django.urls import reverse
from django.utils import translation
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common import clock
from common.cells import zone_name
from common.documents import RIGHT, Document, Table, TableColumn
from common.documents.sections import WIDE, Section, blocks_of
from common.formatting import (
    EN_DASH,
    NO_VALUE,
    date_time,
    days,
    in_line,
    interval,
    month_dative,
    month_title,
    number,
    score,
    share,
    signed,
)
from rating.formula import shift_period
from rating.models import RegionScore, ScoreLoss
from rating.presentation.words import item_words, loss_words, signal_words
from rating.selectors.month_digest import HARD_SHARE, MonthDigest

ZONES = ("green", "yellow", "red", "none")


def sections_of(digest: MonthDigest) -> list[Section]:
    """The digest in the order in which it is read."""
    return [
        _country(digest),
        _movement(digest),
        _signals(digest),
        _hard_items(digest),
        _reviews(digest),
        _corrections(digest),
        _letters(digest),
    ]


def digest_document(digest: MonthDigest) -> Document:
    """The same as a paper, as of this minute: letters and corrections go on after the publication."""
    title = _("Digest of the month: %(month)s") % {"month": month_title(digest.slice.period)}
    now = clock.now().replace(second=0, microsecond=0)
    return Document(
        title=title,
        about=[about_words(digest)],
        blocks=blocks_of(sections_of(digest)),
        portal=_("Profportal"),
        as_of=_("As of %(instant)s") % {"instant": date_time(now)},
        mark=title,
        made_at=now,
        language=(translation.get_language() or "ru")[:2],
    )


def about_words(digest: MonthDigest) -> str:
    """Which revision the digest is of."""
    slice_ = digest.slice
    state = _("not published")
    if not slice_.is_draft:
        state = _("published on %(instant)s") % {"instant": date_time(slice_.published_at)}
    words = {"number": slice_.revision, "version": slice_.methodology.version}
    return in_line(
        capfirst(state), _("revision %(number)s") % words, _("methodology %(version)s") % words
    )  # fmt: skip


def _country(digest: MonthDigest) -> Section:
    now, before = digest.slice, digest.before
    if now.score is None:
        return Section(_("The country"), [_("Nothing was due in this month.")])
    sentences = [_country_words(digest)]
    zones = [
        f"{zone_name(zone if zone != 'none' else None)} {EN_DASH} {number(digest.zones.get(zone, 0))}"
        for zone in ZONES
    ]
    sentences.append(_("Regions by zone: %(zones)s.") % {"zones": "; ".join(zones)})
    if before is not None and before.methodology_id != now.methodology_id:
        sentences.append(
            _(
                "Since this month another version of the methodology counts: compare with the month before with care."
            )
        )
    return Section(_("The country"), sentences)


def _country_words(digest: MonthDigest) -> str:
    now, before = digest.slice, digest.before
    words = {"score": score(now.score), "executions": number(now.executions or 0)}
    if before is None or before.score is None or now.score is None:
        return _("Score of the country %(score)s; executions counted: %(executions)s.") % words
    month = month_dative(shift_period(now.period, -1))
    return _("Score of the country %(score)s, %(change)s to %(month)s; executions counted: %(executions)s.") % {
        **words, "change": signed(now.score - before.score), "month": month,
    }  # fmt: skip


def _movement(digest: MonthDigest) -> Section:
    title = _("What moved and why")
    if not digest.movers:
        return Section(title, [_("No region has a score both in this month and in the month before.")])
    real = sum(bool(row.distinguishable) for row in digest.movers)
    sentence = ngettext(
        "%(count)s movement of those below is more than chance does; the others are the largest of the rest.",
        "%(count)s movements of those below are more than chance does; the others are the largest of the rest.",
        real,
    ) % {"count": real}
    if not real:
        sentence = _("No region moved by more than chance does; below are the largest changes.")
    columns = (
        TableColumn(_("Region"), 19),
        TableColumn(_("Score and interval"), 15, RIGHT),
        TableColumn(_("Change"), 11, RIGHT),
        TableColumn(_("Meaning"), 15),
        TableColumn(_("What cost most"), WIDE),
    )
    rows = [
        (
            row.region.name,
            _score_words(row),
            signed(row.delta),
            _("more than chance") if row.distinguishable else _("within chance"),
            _why(digest.losses.get(row.pk, ()), digest.slice.period),
        )
        for row in digest.movers
    ]
    return Section(title, [sentence], Table(columns, rows), _cards(digest, digest.movers))


def _score_words(row: RegionScore) -> str:
    """The score and, under it, where chance alone could have put it."""
    return f"{score(row.score)}\n{interval(row.interval_low, row.interval_high)}"


def _why(losses: Sequence[ScoreLoss], period: str) -> str:
    """The largest losses in words, one under another."""
    if not losses:
        return _("nothing was lost")
    return "\n".join(
        f"−{score(loss.lost)}: {item_words(loss)} ({loss_words(loss, period)})" for loss in losses
    )


def _cards(digest: MonthDigest, rows: Sequence[RegionScore]) -> list[str]:
    slice_ = digest.slice
    return [
        reverse("rating:scorecard-revision", args=[slice_.period, slice_.revision, row.region_id])
        for row in rows
    ]


def _signals(digest: MonthDigest) -> Section:
    title = _("Regions with a signal")
    if not digest.signals:
        return Section(
            title, [_("No region differs clearly from the country: the spread is what chance does.")]
        )
    columns = (
        TableColumn(_("Region"), 37),
        TableColumn(_("Score and interval"), 18, RIGHT),
        TableColumn(_("Executions"), 15, RIGHT),
        TableColumn(_("Against the country"), 30),
    )
    rows = [
        (row.region.name, _score_words(row), number(row.executions), signal_words(row.signal))
        for row in digest.signals
    ]
    return Section(title, (), Table(columns, rows), _cards(digest, digest.signals))


def _hard_items(digest: MonthDigest) -> Section:
    title = _("Items that were hard for everyone")
    if not digest.hard_items:
        return Section(
            title,
            [_("No item was on time in less than %(share)s %% of its executions.") % {"share": HARD_SHARE}],
        )
    sentence = _(
        "On time in less than %(share)s %% of executions: the centre confirms the item or extends it for all."
    ) % {"share": HARD_SHARE}  # fmt: skip
    columns = (
        TableColumn(_("Item"), 58),
        TableColumn(_("Executions"), 14, RIGHT),
        TableColumn(_("On time"), 14, RIGHT),
        TableColumn(_("Share"), 14, RIGHT),
    )
    rows = [
        (
            _("item %(item)s of protocol No. %(number)s: %(title)s")
            % {
                "item": row.assignment.number,
                "number": row.assignment.protocol.number,
                "title": row.assignment.title,
            },
            number(row.executions),
            number(row.on_time),
            share(row.on_time, row.executions),
        )
        for row in digest.hard_items
    ]
    urls = [f"{reverse('dashboard:registry')}?item={row.assignment_id}" for row in digest.hard_items]
    return Section(title, [sentence], Table(columns, rows), urls)


def _reviews(digest: MonthDigest) -> Section:
    now = digest.slice
    median = NO_VALUE if now.median_review_days is None else days(now.median_review_days)
    sentence = _(
        "Half of the reports of this month were reviewed within %(median)s; "
        "not yet reviewed at its closing: %(count)s (%(share)s)."
    ) % {
        "median": median,
        "count": number(now.unreviewed),
        "share": share(now.unreviewed, now.executions or 0) if now.executions else NO_VALUE,
    }  # fmt: skip
    columns = (
        TableColumn(_("Month"), 34),
        TableColumn(_("Median of review, days"), 22, RIGHT),
        TableColumn(_("Not yet reviewed"), 22, RIGHT),
        TableColumn(_("Share"), 22, RIGHT),
    )
    rows = [
        (
            month_title(row.period),
            NO_VALUE if row.median_review_days is None else number(row.median_review_days),
            number(row.unreviewed),
            share(row.unreviewed, row.executions) if row.executions else NO_VALUE,
        )
        for row in digest.trend
    ]
    return Section(_("How fast the centre reviewed"), [sentence], Table(columns, rows))


def _corrections(digest: MonthDigest) -> Section:
    sentences = []
    if digest.slice.reason:
        sentences.append(_("Reason of the revision: %(reason)s") % {"reason": digest.slice.reason})
    sentences.append(
        ngettext(
            "%(count)s execution with a correction of this month waits for the next revision.",
            "%(count)s executions with a correction of this month wait for the next revision.",
            digest.waiting,
        ) % {"count": digest.waiting}
        if digest.waiting
        else _("No correction of this month waits for the next revision.")
    )  # fmt: skip
    if not digest.corrections:
        return Section(_("Corrections"), sentences)
    columns = (
        TableColumn(_("Region"), 26),
        TableColumn(_("Cluster"), 34),
        TableColumn(_("Execution"), 20),
        TableColumn(_("Recorded"), 20),
    )
    rows = [
        (one.region, one.cluster, one.execution, date_time(one.recorded_at)) for one in digest.corrections
    ]
    return Section(_("Corrections"), sentences, Table(columns, rows))


def _letters(digest: MonthDigest) -> Section:
    title = _("Letters to the heads")
    if not digest.letters:
        return Section(title, [_("No letters about this month have been queued.")])
    columns = (TableColumn(_("State"), 70), TableColumn(_("Letters"), 30, RIGHT))
    rows = [(state.label, number(state.count)) for state in digest.letters]
    address = f"{reverse('rating:letters')}?month={digest.slice.period}"
    urls = [f"{address}&state={state.state.value}" for state in digest.letters]
    return Section(title, (), Table(columns, rows), urls)
