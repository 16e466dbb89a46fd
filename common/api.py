"""DRF glue shared by the API of all rooms."""

from drf_standardized_errors.handler import ExceptionHandler
from rest_framework import exceptions

from common.errors import NON_FIELD, InvalidInput, PortalError


class PortalAPIError(exceptions.APIException):
    """A service error with its own status and code."""

    def __init__(self, error: PortalError) -> None:
        self.status_code = error.status
        super().__init__(detail=str(error), code=error.code)


class PortalExceptionHandler(ExceptionHandler):
    """Standard error format for what services refuse: the same sentence as on the page."""

    def convert_known_exceptions(self, exc: Exception) -> Exception:
        if isinstance(exc, InvalidInput):
            return exceptions.ValidationError(
                {
                    ("non_field_errors" if field == NON_FIELD else field): [
                        str(message) for message in messages
                    ]
                    for field, messages in exc.errors.items()
                }
            )
        if isinstance(exc, PortalError):
            return PortalAPIError(exc)
        return super().convert_known_exceptions(exc)
