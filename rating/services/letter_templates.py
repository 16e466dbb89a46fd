"""Saving the words and the layout of the letter: proved on a letter of every kind, stored as a new version."""

from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext as _

from common import clock
from common.errors import InvalidInput, Missing, NotAllowed
from common.names import clean_text, one_line
from common.scope import Scope
from rating import policies
from rating.letter_paper import letter_pdf, missing_requisites, national_table
from rating.letter_press import LetterNotSet, clean_layout, shipped_layout
from rating.letter_samples import sample_letters
from rating.letter_words import LetterWords, words_checked
from rating.models import LetterTemplate
from rating.models.letter_templates import TEXT_FIELDS

IN_SEVERAL_LINES = ("letterhead", "own_name", "opening_ranked", "opening_few", "opening_no_due",
                    "opening_no_clusters", "closing")  # fmt: skip
NO_TABLE = national_table([], {})


def letter_template_save(
    *, actor: Scope, texts: Mapping[str, str], note: str, based_on: int, returns_to: int | None = None
) -> LetterTemplate:
    """Store words and layout as the next version, which is in force from now on.

    `texts` has every field of `TEXT_FIELDS`, an empty layout for that of the portal; `based_on` is the number of the
    version that the author saw (0: what the portal ships). Every kind of letter is set with the longest words first:
    what does not fit one page, lacks a requisite or cannot be set is refused with the kind and the reason, and the
    version in force stays. Raises NotAllowed, InvalidInput by field.
    """
    _require_editor(actor)
    note = one_line(note, field="note")
    if not note:
        raise InvalidInput({"note": _("Say what was changed and why.")})
    words = words_checked(_cleaned(texts))
    template_proved(words)
    with transaction.atomic():
        newest = LetterTemplate.objects.select_for_update().order_by("-number").first()
        number = newest.number if newest else 0
        if number != based_on:
            raise InvalidInput(_("Another person saved version %(number)s meanwhile.") % {"number": number})
        return LetterTemplate.objects.create(
            **{field: getattr(words, field) for field in TEXT_FIELDS},
            number=number + 1,
            note=note,
            returns_to=returns_to,
            author_id=actor.user_id,
            created_at=clock.now(),
        )


def letter_template_return(*, actor: Scope, number: int, based_on: int) -> LetterTemplate:
    """An earlier version once more, as a new one. Raises Missing, and as `letter_template_save`."""
    _require_editor(actor)
    earlier = LetterTemplate.objects.filter(number=number).first()
    if earlier is None:
        raise Missing(_("There is no such version of the template."))
    return letter_template_save(
        actor=actor,
        texts=earlier.texts(),
        note=_("Return to version %(number)s") % {"number": number},
        based_on=based_on,
        returns_to=number,
    )


def template_proved(words: LetterWords) -> None:
    """Set a letter of every kind; InvalidInput names the kind that cannot be set and why.

    The blame is the layout's when the compiler names a line of it or when it lacks a requisite; the portal's own layout
    lacks none, so with it the words are to blame.
    """
    kinds = {
        "correction": _("correction with the longest words"),
        "red": _("region in the red zone with the longest words"),
        "few": _("region with too few items for a place"),
        "green": _("region that lost nothing"),
        "no_due": _("region where nothing was due"),
        "no_clusters": _("region without clusters"),
    }
    is_own = words.layout in ("", shipped_layout())
    for kind, source in sample_letters(words).items():
        try:
            letter_pdf(source, NO_TABLE)
            missing = [] if is_own else missing_requisites(source, NO_TABLE)
        except LetterNotSet as error:
            refusal = _("The template was not saved. The letter “%(kind)s” cannot be set: %(reason)s")
            words_of_refusal = refusal % {"kind": kinds[kind], "reason": error}
            raise InvalidInput(words_of_refusal if is_own else {"layout": words_of_refusal}) from error
        if missing:
            refusal = _("The template was not saved. The letter “%(kind)s” lacks on its page: %(missing)s.")
            raise InvalidInput({"layout": refusal % {"kind": kinds[kind], "missing": "; ".join(missing)}})


def _require_editor(actor: Scope) -> None:
    if not policies.can_edit_letter_template(actor):
        raise NotAllowed(_("Only methodologists and administrators edit the template of the letter."))


def _cleaned(texts: Mapping[str, str]) -> dict[str, str]:
    return {
        field: clean_text(texts[field]) if field in IN_SEVERAL_LINES else one_line(texts[field], field=field)
        for field in TEXT_FIELDS
        if field != "layout"
    } | {"layout": clean_layout(texts["layout"])}
