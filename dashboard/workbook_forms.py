"""The form with which an edited register comes back."""

from django import forms
from django.utils.translation import gettext_lazy as _


class WorkbookForm(forms.Form):
    """An edited register."""

    file = forms.FileField(
        label=_("Edited workbook (XLSX)"),
        help_text=_("You see the differences first; nothing is saved before you press «Apply»."),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx"}),
        error_messages={"required": _("Choose the workbook that you edited.")},
    )
