"""Addresses of the pages about one slice: the month in force has the short one, another revision its permanent one."""

from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from rating.selectors.pages import SliceEntry


def address_of(name: str, entry: SliceEntry, *parts: str | int) -> str:
    """The address of the page `name`: of the month while this revision is in force, else of the revision."""
    if entry.is_published:
        return reverse(f"rating:{name}", args=[entry.period, *parts])
    return reverse(f"rating:{name}-revision", args=[entry.period, entry.revision, *parts])


def permanent(name: str, entry: SliceEntry, *parts: str | int) -> str:
    """The address that shows this revision for ever."""
    return reverse(f"rating:{name}-revision", args=[entry.period, entry.revision, *parts])


def cluster_address(entry: SliceEntry, code: str, cluster: str) -> str:
    """The executions of one cluster that were counted for its region."""
    query = urlencode({"show": "counted", "cluster": cluster})
    return f"{address_of('executions', entry, code)}?{query}"


def downloads(name: str, entry: SliceEntry, *parts: str) -> list[tuple[str, str]]:
    """The formats of a table with their permanent addresses."""
    return [(form.upper(), permanent(name, entry, *parts, form)) for form in ("xlsx", "csv", "json")]


def more_pages(entry: SliceEntry, *, sees_items: bool) -> list[tuple[str, str]]:
    """The other pages about a revision; `sees_items` for people who have signed in."""
    found = [(_("Federal districts"), address_of("districts", entry))]
    if sees_items:
        found.append((_("Items: on time in the country"), address_of("items", entry)))
    if entry.revision > 1:
        found.append((_("What this revision changed for whom"), address_of("changes", entry)))
    return [
        *found,
        (
            _("Permanent address of this revision"),
            reverse("rating:revision", args=[entry.period, entry.revision]),
        ),
        (_("How to check the rating"), reverse("rating:check")),
    ]


def programs(entry: SliceEntry) -> list[tuple[str, str]]:
    """What other sites and programs read of a revision."""
    found = [
        (_("The table as JSON"), permanent("export", entry, "json")),
        (_("What the columns mean"), reverse("rating:columns")),
    ]
    if entry.is_draft:
        return found
    return [
        *found,
        (_("Frame and badge for another site"), f"{reverse('rating:for-sites')}?month={entry.period}"),
        (_("Feed of the publications (Atom)"), reverse("rating:feed")),
    ]
