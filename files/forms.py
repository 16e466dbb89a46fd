"""Fields for files: several in one field, limited to what the portal takes."""

from typing import Any, cast

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common.formatting import file_size
from files.enums import ACCEPTED_EXTENSIONS, IMAGE_CONTENT_TYPES

ACCEPT = ",".join([*(f".{ending}" for ending in ACCEPTED_EXTENSIONS), *sorted(IMAGE_CONTENT_TYPES)])
"""Endings, and the types of pictures besides: by these a telephone offers its camera."""


class MultipleFileInput(forms.ClearableFileInput):
    """The browser's own chooser of several files, limited to what the portal takes."""

    allow_multiple_selected = True

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"accept": ACCEPT, **(attrs or {})})


class MultipleFileField(forms.FileField):
    """Several files in one field; cleans to a list."""

    widget = MultipleFileInput

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        uploads = data if isinstance(data, list | tuple) else [data]
        present = [upload for upload in uploads if upload]
        if len(present) > settings.MAX_FILES_PER_REPORT:
            limit = settings.MAX_FILES_PER_REPORT
            message = ngettext(
                "At most %(limit)s file goes with one report.",
                "At most %(limit)s files go with one report.",
                limit,
            )
            raise forms.ValidationError(message % {"limit": limit})
        return [
            cast(UploadedFile, super(MultipleFileField, self).clean(upload, initial)) for upload in present
        ]


class WithFiles(forms.Form):
    """What a form says about its field `files`."""

    @property
    def sent_names(self) -> list[str]:
        """Names of the files that came with the form; a browser will not send them again by itself."""
        return [str(upload.name) for upload in self.files.getlist("files")] if self.files else []

    @property
    def files_hint(self) -> str:
        """Kinds, sizes and number of the files that the portal takes."""
        return str(_("%(types)s; up to %(size)s each, %(limit)s files at most")) % {
            "types": ", ".join(ending.upper() for ending in ACCEPTED_EXTENSIONS),
            "size": file_size(settings.MAX_FILE_BYTES),
            "limit": settings.MAX_FILES_PER_REPORT,
        }
