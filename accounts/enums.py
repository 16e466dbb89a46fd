"""Positions inside a membership."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Position(TextChoices):
    """What a person is in the region or association of the membership."""

    MAIN = "main", pgettext_lazy("coordinator", "main")
    DEPUTY = "deputy", pgettext_lazy("coordinator", "deputy")
    CHAIR = "chair", _("chair")
    CURATOR = "curator", _("curator")


class CampaignStatus(TextChoices):
    """The life of an appointment campaign: written, letters out, over."""

    DRAFT = "draft", pgettext_lazy("campaign", "draft")
    OPEN = "open", pgettext_lazy("campaign", "under way")
    CLOSED = "closed", pgettext_lazy("campaign", "closed")


COORDINATOR_POSITIONS = (Position.MAIN, Position.DEPUTY)
ASSOCIATION_POSITIONS = (Position.CHAIR, Position.CURATOR)
