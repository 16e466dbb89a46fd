"""The search over the portal in the API: the same function as the page, in the scope of who asks."""

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from common.api import PortalView
from common.errors import InvalidInput
from common.names import clean_name
from dashboard.forms import MAX_WORDS
from dashboard.selectors.search import TITLES, Group, found_page, is_searchable, kinds_of, search


class SearchQuery(serializers.Serializer):
    """What is looked for."""

    q = serializers.CharField(
        max_length=MAX_WORDS,
        help_text="Words, a number or a reference («п. 2.1 протокола № 14»); all words must be found.",
    )
    kind = serializers.ChoiceField(
        list(TITLES), required=False, help_text="One kind, whose pages are turned by `page`."
    )
    page = serializers.IntegerField(
        required=False, min_value=1, max_value=1_000_000, help_text="Page of the one kind, 50 things each."
    )


class HitSerializer(serializers.Serializer):
    """One thing that was found."""

    title = serializers.CharField()
    url = serializers.CharField(help_text="Path of its page; empty when it has none for this reader.")
    note = serializers.CharField()
    excerpt = serializers.CharField(
        help_text="The part of a long text that holds the words; empty elsewhere."
    )


class GroupSerializer(serializers.Serializer):
    """The things of one kind: without `kind` in the query the first ten."""

    kind = serializers.ChoiceField(list(TITLES))
    title = serializers.CharField(help_text="Name of the kind in the language of the request.")
    count = serializers.IntegerField(help_text="How many there are.")
    hits = HitSerializer(many=True)


class FoundSerializer(serializers.Serializer):
    """What the words find, by kind; what they name by number or code comes first."""

    query = serializers.CharField()
    alike = serializers.BooleanField(help_text="Nothing holds the words: what looks like them is shown.")
    groups = GroupSerializer(many=True)


@extend_schema(tags=["search"], summary="Search the portal", parameters=[SearchQuery])
class Search(PortalView):
    """Regions, clusters, colleges, protocols, items, executions, reports and people that the reader may see."""

    query_parameters = ("q", "kind", "page")
    operation_id = "search_retrieve"

    @extend_schema(responses={200: FoundSerializer})
    def get(self, request: Request) -> Response:
        query = SearchQuery(data=request.query_params)
        query.is_valid(raise_exception=True)
        asked = query.validated_data
        if "page" in asked and "kind" not in asked:
            raise InvalidInput({"page": _("Only one kind has pages: say which by «kind».")})
        return Response(FoundSerializer(self._found(asked)).data)

    def _found(self, asked: dict[str, Any]) -> dict[str, Any]:
        text, kind = clean_name(asked["q"]), asked.get("kind", "")
        nothing: dict[str, Any] = {"query": text, "alike": False, "groups": ()}
        if not is_searchable(text) or (kind and kind not in dict(kinds_of(self.scope))):
            return nothing
        if not kind:
            found = search(self.scope, text)
            return {"query": text, "alike": found.alike, "groups": found.groups}
        page = found_page(self.scope, text, kind, str(asked.get("page", 1)))
        group = Group(kind, page.title, page.page.paginator.count, page.hits, "")
        return {"query": text, "alike": page.alike, "groups": [group] if page.hits else []}
