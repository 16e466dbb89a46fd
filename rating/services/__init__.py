"""Every write of the rating: methodologies, months from closing to correction, objections, letters."""

from rating.services.cases import CaseReport, case_load
from rating.services.letter_links import (
    letter_link_for,
    letter_link_renew,
    letter_link_revoke,
    letter_opened,
    receipt_by_centre,
    receipt_by_head,
    receipt_by_link,
)
from rating.services.letter_numbers import letter_numbers_set
from rating.services.letter_templates import letter_template_return, letter_template_save
from rating.services.letters import letter_test_send, letters_queue
from rating.services.methodologies import MethodologyReport, methodologies_load
from rating.services.months import due_periods, months_close_due
from rating.services.objections import (
    Correction,
    objection_dismiss,
    objection_file,
    objection_uphold,
    objection_withdraw,
    require_objector,
)
from rating.services.previews import preview_read, slice_preview_open
from rating.services.slices import slice_close, slice_publish, slice_revise
from rating.services.versions import (
    draft_approve,
    draft_begin,
    draft_save,
    draft_withdraw,
    trial_checked,
    trial_run,
)

__all__ = [
    "CaseReport",
    "Correction",
    "MethodologyReport",
    "case_load",
    "draft_approve",
    "draft_begin",
    "draft_save",
    "draft_withdraw",
    "due_periods",
    "letter_link_for",
    "letter_link_renew",
    "letter_link_revoke",
    "letter_numbers_set",
    "letter_opened",
    "letter_template_return",
    "letter_template_save",
    "letter_test_send",
    "letters_queue",
    "methodologies_load",
    "months_close_due",
    "objection_dismiss",
    "objection_file",
    "objection_uphold",
    "objection_withdraw",
    "preview_read",
    "receipt_by_centre",
    "receipt_by_head",
    "receipt_by_link",
    "require_objector",
    "slice_close",
    "slice_preview_open",
    "slice_publish",
    "slice_revise",
    "trial_checked",
    "trial_run",
]
