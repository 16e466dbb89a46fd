"""File names as they were sent, so that a rule can refuse what a framework would quietly mend."""

from typing import Any

from django.core.files.uploadhandler import (
    FileUploadHandler,
    MemoryFileUploadHandler,
    TemporaryFileUploadHandler,
)
from django.http import QueryDict
from django.http.multipartparser import MultiPartParser
from django.utils.datastructures import MultiValueDict

NUL = "\x00"


class NamingParser(MultiPartParser):
    """Django's parser, but a NUL in a file name stays visible, in front of what is left of the name."""

    def sanitize_file_name(self, file_name: str) -> str | None:
        clean = super().sanitize_file_name(file_name)
        return f"{NUL}{clean}" if clean and NUL in file_name else clean


class FaithfulNames(FileUploadHandler):
    """The one upload handler of the settings: has the body read by `NamingParser`, with the two handlers of Django."""

    def handle_raw_input(
        self,
        input_data: Any,
        META: dict[str, Any],  # noqa: N803  the name is Django's
        content_length: int,
        boundary: Any,
        encoding: str | None = None,
    ) -> tuple[QueryDict, MultiValueDict]:
        handlers = [MemoryFileUploadHandler(self.request), TemporaryFileUploadHandler(self.request)]
        return NamingParser(META, input_data, handlers, encoding).parse()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None
