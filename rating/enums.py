"""Statuses, zones and reasons of the rating."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class SliceStatus(TextChoices):
    DRAFT = "draft", pgettext_lazy("slice", "draft")
    PUBLISHED = "published", pgettext_lazy("slice", "published")
    SUPERSEDED = "superseded", pgettext_lazy("slice", "superseded")


class RegionStatus(TextChoices):
    """Whether a region takes part in the places of a month (methodology §4–5)."""

    RANKED = "ranked", _("ranked")
    FEW = "few", _("few executions")
    NO_DUE = "no_due", _("nothing was due")
    NO_CLUSTERS = "no_clusters", _("no clusters")


class Zone(TextChoices):
    GREEN = "green", _("green zone")
    YELLOW = "yellow", _("yellow zone")
    RED = "red", _("red zone")


class Signal(TextChoices):
    """The funnel signal against the country (methodology §6)."""

    ABOVE = "above", _("clearly above the country")
    BELOW = "below", _("clearly below the country")
    NONE = "none", _("no signal")


class LossReason(TextChoices):
    NOT_EXECUTED = "not_executed", _("not executed")
    LATE = "late", _("late")
    RETURNED = "returned", _("returned for rework")


class CellStatus(TextChoices):
    """What became of one execution in the month."""

    ON_TIME = "on_time", _("on time")
    LATE = "late", _("late")
    NOT_EXECUTED = "not_executed", _("not executed")


class WindowKind(TextChoices):
    THREE_MONTHS = "3m", _("3 months")
    TWELVE_MONTHS = "12m", _("12 months")
    YEAR_TO_DATE = "ytd", _("since the beginning of the year")


class ObjectionState(TextChoices):
    """The life of an objection: open, then answered or taken back."""

    OPEN = "open", pgettext_lazy("objection", "under review")
    UPHELD = "upheld", pgettext_lazy("objection", "upheld")
    DISMISSED = "dismissed", pgettext_lazy("objection", "dismissed")
    WITHDRAWN = "withdrawn", pgettext_lazy("objection", "withdrawn")


class Remedy(TextChoices):
    """What upholding an objection appends to the log of the execution (methodology §8)."""

    ANNUL = "annul", _("annul an event of the log")
    EXTEND = "extend", _("move the term by the centre's own decision")
    RECORD = "record", _("record a report that was handed in earlier")
    ACCEPT = "accept", _("accept the execution")
    CANCEL = "cancel", _("take it off control without execution")


class LetterKind(TextChoices):
    """What a mail about the rating is to its recipient."""

    LETTER = "letter", pgettext_lazy("letter", "letter to the head")
    NEW_LINK = "new_link", pgettext_lazy("letter", "new link for the head")
    COPY = "copy", pgettext_lazy("letter", "copy for the coordinator")


class ReceiptWay(TextChoices):
    """How the receipt of a letter was confirmed."""

    LINK = "link", pgettext_lazy("receipt", "by the button on the page of the letter")
    SIGNED_IN = "signed_in", pgettext_lazy("receipt", "by the head, signed in")
    CENTRE = "centre", pgettext_lazy("receipt", "recorded by the centre")


class DraftState(TextChoices):
    """Life of a version of the methodology before it holds."""

    OPEN = "open", pgettext_lazy("version", "under work")
    APPROVED = "approved", pgettext_lazy("version", "approved")
    WITHDRAWN = "withdrawn", pgettext_lazy("version", "withdrawn")
