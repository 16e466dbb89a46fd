"""The single door for downloads: rooms' views fetch their own scoped row and hand its file over here."""

from django.http import HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from common.errors import Missing
from files.enums import IMAGE_CONTENT_TYPES
from files.models import StoredFile
from files.storage import path_of

SANDBOX = "default-src 'none'; sandbox; frame-ancestors 'none'"


def file_response(stored: StoredFile, *, inline: bool = False) -> HttpResponse:
    """The file as a download; `inline` shows it in the browser, for images only.

    The caller has already checked that the person may read it. A file is at most `MAX_FILE_BYTES`, so it is
    sent whole. Raises Missing when the disk lost it.
    """
    try:
        content = path_of(stored.key).read_bytes()
    except FileNotFoundError as error:
        raise Missing(_("The file is no longer in the storage. Tell the administrator.")) from error
    shown = inline and stored.content_type in IMAGE_CONTENT_TYPES
    response = HttpResponse(content, content_type=stored.content_type)
    disposition = content_disposition_header(not shown, stored.original_name)
    if disposition:
        response["Content-Disposition"] = disposition
    response["Content-Length"] = str(len(content))
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = SANDBOX
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cache-Control"] = "private, no-store"
    return response
