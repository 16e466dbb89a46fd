"""The form with which the past of stages comes in: a file or rows from a spreadsheet, and where they come from."""

import hashlib
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.errors import InvalidInput, TooLarge
from common.tabular import Row
from cyclogram.history_table import MOST_ROWS, as_pasted, read_pasted, read_table
from cyclogram.stage_forms import words
from files.tables import uploaded_table

LONGEST_TABLE = 1_500_000
"""Characters: a row for every stage of all clusters."""


class HistoryForm(forms.Form):
    """Rows of stages that are over; `checked` is the digest of what was shown."""

    file = forms.FileField(
        label=_("Filled in table"),
        required=False,
        help_text=_("XLSX or CSV with the headings of the template."),
    )
    text = forms.CharField(
        label=_("Or rows from a spreadsheet"), required=False, strip=False,
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false"}),
        help_text=_("Copy the rows with their headings in Excel and paste them here."),
    )  # fmt: skip
    reason = words(
        _("Where these days come from"),
        hint=_("Stands in the history of every stage: papers, their numbers."),
    )
    checked = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput())
    rows: Sequence[Row] = ()

    def clean(self) -> dict[str, Any]:
        """Reads the rows; a file goes before the text and stands in its place from then on."""
        file = self.cleaned_data.get("file")
        try:
            self.rows = self._uploaded(file) if file else self._pasted()
        except InvalidInput as error:
            for field, messages in error.errors.items():
                for message in messages:
                    self.add_error(field, message)
        except TooLarge as error:
            self.add_error("file", str(error))
        return self.cleaned_data

    def _pasted(self) -> list[Row]:
        text = str(self.cleaned_data.get("text") or "")
        if not text.strip():
            raise InvalidInput({"file": _("Paste the rows or choose a file.")})
        if len(text) > LONGEST_TABLE or "\x00" in text:
            raise InvalidInput({"text": _("This is no table: it is too long or holds foreign characters.")})
        return read_pasted(text)

    def _uploaded(self, file: Any) -> list[Row]:
        rows = uploaded_table(file, max_rows=MOST_ROWS)
        if not rows:
            raise InvalidInput({"file": _("The table has no rows under its headings.")})
        return read_table(rows, "file")

    @property
    def digest(self) -> str:
        """What the rows say, so that only what was shown is entered."""
        return hashlib.sha256(as_pasted(self.rows).encode()).hexdigest()

    @property
    def is_as_checked(self) -> bool:
        return bool(self.cleaned_data.get("checked") == self.digest)

    def shown(self) -> "HistoryForm":
        """The form after a check: the rows as text, and what the next press must agree with."""
        typed: Any = self.data.copy()  # type: ignore[attr-defined]
        if self.rows:
            typed["text"], typed["checked"] = as_pasted(self.rows), self.digest
        self.data = typed
        return self
