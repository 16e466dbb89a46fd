"""How the API describes itself: one form of errors for every operation, English in every language."""

from typing import Any, Literal

from django.utils import translation
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiResponse
from rest_framework import serializers

from common.api import StrictSerializer


class ErrorItemSerializer(serializers.Serializer):
    """One thing that is wrong."""

    code = serializers.CharField(help_text="A short key for programs.")
    detail = serializers.CharField(help_text="A sentence for people, in the language of the request.")
    attr = serializers.CharField(allow_null=True, help_text="The field or parameter that it is about.")
    current_version = serializers.IntegerField(
        required=False, help_text="With `stale_version`: the version in force."
    )


class ErrorSerializer(serializers.Serializer):
    """What the portal refuses, and why."""

    type = serializers.ChoiceField(choices=["validation_error", "client_error", "server_error"])
    errors = ErrorItemSerializer(many=True)  # type: ignore[assignment]


REASONS = {
    "400": "A parameter or field is unknown, missing or malformed; the error names it.",
    "401": "Nobody is signed in, or the token is unknown, expired or revoked.",
    "403": "Seen, but not for this person.",
    "404": "There is no such object in this person's scope.",
    "406": "The answer is not available in the type that the request asks for.",
    "409": "The state of the object forbids the act, or somebody changed it since the given version.",
    "413": "The body or a file is larger than the portal accepts.",
    "415": "The body is neither JSON nor multipart form data.",
}
ALWAYS = ("400", "401", "403", "406")
WITH_BODY = ("404", "409", "413", "415")
"""A body may name an object, which then is in the person's scope or not."""


class PortalAutoSchema(AutoSchema):
    """Adds the errors that an operation may answer with, and says that bodies take no other fields."""

    def _get_response_bodies(self, direction: Literal["request", "response"] = "response") -> dict[str, Any]:
        responses = super()._get_response_bodies(direction)
        statuses = [*ALWAYS, *(WITH_BODY if self.method == "POST" else ())]
        if "{" in self.path:
            statuses.append("404")
        for status in statuses:
            error = OpenApiResponse(ErrorSerializer, REASONS[status])
            responses.setdefault(status, self._get_response_for_code(error, status, ["application/json"]))
        return dict(sorted(responses.items()))

    def get_operation_id(self) -> str:
        return getattr(self.view, "operation_id", "") or super().get_operation_id()

    def get_auth(self) -> Any:
        auth = super().get_auth()
        return [*auth, {}] if getattr(self.view, "is_open", False) else auth

    def _map_basic_serializer(self, serializer: Any, direction: str) -> dict[str, Any]:
        schema = super()._map_basic_serializer(serializer, direction)
        if isinstance(serializer, StrictSerializer):
            schema["additionalProperties"] = False
        return schema


class EnglishSchemaGenerator(SchemaGenerator):
    """The same schema whoever asks: the committed file, the address and the docs page never differ."""

    def get_schema(self, *args: Any, **kwargs: Any) -> Any:
        with translation.override("en"):
            return super().get_schema(*args, **kwargs)
