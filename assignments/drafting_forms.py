"""Forms around the drafting of a protocol: tables of items, copies, saved audiences."""

import hashlib
from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from assignments.forms import ProtocolForm
from assignments.item_table import RawItem, as_pasted, read_pasted, read_table
from assignments.models import Protocol, SavedAudience
from assignments.services.saved_audiences import NAME_LIMIT
from common.errors import InvalidInput, TooLarge
from files.tables import uploaded_table

LONGEST_TABLE = 600_000
"""Characters: a full protocol with the longest texts."""


class ItemTableForm(forms.Form):
    """Rows of items, pasted or uploaded; `seen` is the number of items on the page, `checked` what was shown."""

    text = forms.CharField(
        label=_("Rows from a spreadsheet"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false"}),
        help_text=_(
            "Copy the rows in Excel and paste them here: text, due date, weight, expected result, to whom, "
            "who executes."
        ),
    )
    file = forms.FileField(
        label=_("Or a file"), required=False, help_text=_("XLSX or CSV with the headings of the template.")
    )
    seen = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput())
    version = forms.IntegerField(required=False, widget=forms.HiddenInput())
    checked = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput())
    rows: Sequence[RawItem] = ()

    @classmethod
    def of(cls, protocol: Protocol, seen: int) -> "ItemTableForm":
        """The empty form of a draft with so many items."""
        return cls(initial={"version": protocol.version, "seen": seen})

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

    def _pasted(self) -> list[RawItem]:
        text = str(self.cleaned_data.get("text") or "")
        if not text.strip():
            raise InvalidInput({"text": _("Paste the rows or choose a file.")})
        if len(text) > LONGEST_TABLE or "\x00" in text:
            raise InvalidInput(
                {"text": _("This is no table of items: it is too long or holds foreign characters.")}
            )
        return read_pasted(text)

    def _uploaded(self, file: Any) -> list[RawItem]:
        return read_table(uploaded_table(file, max_rows=settings.MAX_IMPORT_ROWS))

    @property
    def digest(self) -> str:
        """What the rows say, so that only what was shown is added."""
        return hashlib.sha256(as_pasted(self.rows).encode()).hexdigest()

    @property
    def is_as_checked(self) -> bool:
        return self.cleaned_data.get("checked") == self.digest

    def shown(self, protocol: Protocol, seen: int) -> "ItemTableForm":
        """The form after a check: the rows as text, and what the next press must agree with."""
        typed: Any = self.data.copy()  # type: ignore[attr-defined]
        if self.cleaned_data.get("file") and self.rows:
            typed["text"] = as_pasted(self.rows)
        typed["version"], typed["seen"], typed["checked"] = str(protocol.version), str(seen), self.digest
        self.data = typed
        return self


class ProtocolCopyForm(ProtocolForm):
    """Number, date and meeting of the copy."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["version"]


class TemplateForm(forms.Form):
    """Whether a draft is kept as a template."""

    is_template = forms.TypedChoiceField(
        coerce=lambda value: value == "yes", choices=[("yes", "yes"), ("no", "no")]
    )
    version = forms.IntegerField(required=False)


class KeepAudienceForm(forms.Form):
    """The name under which the rule of the builder is kept."""

    prefix = "keep"
    name = forms.CharField(label=_("Keep this audience under a name"), max_length=NAME_LIMIT, required=False)
    shared = forms.BooleanField(label=_("for all who draft protocols"), required=False)


class AudienceForm(forms.Form):
    """Name of a saved audience, and who may use it."""

    name = forms.CharField(label=_("Name"), max_length=NAME_LIMIT)
    shared = forms.BooleanField(label=_("For all who draft protocols"), required=False)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput())

    @classmethod
    def of(cls, saved: SavedAudience) -> "AudienceForm":
        return cls(initial={"name": saved.name, "shared": saved.shared, "version": saved.version})
