"""Tables that people upload: read at once and not kept."""

from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from common.errors import TooLarge
from common.tabular import Row, parse_table
from files.names import clean_file_name


def uploaded_table(file: Any, *, max_rows: int) -> list[Row]:
    """The rows of an uploaded CSV or XLSX. Raises TooLarge, or InvalidInput for the field `file`."""
    if file.size > settings.MAX_FILE_BYTES:
        limit = settings.MAX_FILE_BYTES // 1024 // 1024
        raise TooLarge(_("The file is larger than %(limit)s MB.") % {"limit": limit})
    return parse_table(clean_file_name(file.name), file.read(), max_rows=max_rows)
