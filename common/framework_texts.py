"""Sentences of the frameworks that reach people and that their own Russian catalogues lack or spoil.

The catalogue of the portal is asked before theirs, so naming a sentence here is enough.
"""

from django.utils.translation import gettext_noop as _

SENTENCES = (
    _("Datetime value out of range."),
    _("Invalid data. Expected a dictionary, but got {datatype}."),
    _("Invalid input."),
    _("Invalid token header. No credentials provided."),
    _("Invalid token header. Token string should not contain spaces."),
    _("Must be a valid boolean."),
    _("Not a valid string."),
    _("Select a valid choice. %(value)s is not one of the available choices."),
    _("Surrogate characters are not allowed: U+{code_point:X}."),
    _("User inactive or deleted."),
)
