"""Versions of the methodology, frozen slices with their scores and explanations, letters to the heads."""

from rating.models.drafts import MethodologyDraft, MethodologyTrial
from rating.models.letter_templates import LetterTemplate
from rating.models.letters import LetterLink, LetterNumbering, LetterOpening, LetterReceipt, RatingLetter
from rating.models.methodology import Methodology
from rating.models.objections import Objection
from rating.models.scores import ItemShare, RegionScore, ScoreAtStake, ScoreGain, ScoreLoss, ScoreWindow
from rating.models.slices import PUBLICATION_FIELDS, AuditFile, PreviewReading, Slice, SlicePreview

__all__ = [
    "PUBLICATION_FIELDS",
    "AuditFile",
    "ItemShare",
    "LetterLink",
    "LetterNumbering",
    "LetterOpening",
    "LetterReceipt",
    "LetterTemplate",
    "Methodology",
    "MethodologyDraft",
    "MethodologyTrial",
    "Objection",
    "PreviewReading",
    "RatingLetter",
    "RegionScore",
    "ScoreAtStake",
    "ScoreGain",
    "ScoreLoss",
    "ScoreWindow",
    "Slice",
    "SlicePreview",
]
