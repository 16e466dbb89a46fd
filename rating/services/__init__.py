"""Every write of the rating: methodologies, closing, correcting and publishing months, their letters."""

from rating.services.cases import CaseReport, case_load
from rating.services.letters import letters_queue
from rating.services.methodologies import MethodologyReport, methodologies_load
from rating.services.months import due_periods, months_close_due
from rating.services.slices import slice_close, slice_publish, slice_revise

__all__ = [
    "CaseReport",
    "MethodologyReport",
    "case_load",
    "due_periods",
    "letters_queue",
    "methodologies_load",
    "months_close_due",
    "slice_close",
    "slice_publish",
    "slice_revise",
]
