"""Forms of the clusters room."""

from django import forms
from django.utils.translation import gettext_lazy as _


class ImportForm(forms.Form):
    """A table to import."""

    file = forms.FileField(
        label=_("Table of clusters (XLSX or CSV)"),
        help_text=_(
            "The columns are those of the exported register. Nothing changes before you press «Apply»."
        ),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.csv"}),
    )
