"""Writes `docs/role-matrix.md` from the declaration."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from tests.architecture.matrix.declaration import Entry
from tests.architecture.matrix.world import PRINCIPALS

DOCUMENT = Path(__file__).resolve().parents[3] / "docs" / "role-matrix.md"
HEADS = {
    "public": "public",
    "newcomer": "no role",
    "administrator": "administrator",
    "controller": "controller",
    "methodologist": "methodologist",
    "tomsk_coordinator": "coordinator",
    "tomsk_deputy": "deputy",
    "omsk_coordinator": "coordinator elsewhere",
    "chair": "association",
    "tomsk_minister": "minister",
    "auditor": "audit token",
}
TITLES = {"pages": "Pages", "api": "API"}
INTRODUCTION = """\
# Who gets what at every address

Generated from `tests/architecture/matrix/roles.yaml` by
`pytest tests/architecture/test_role_matrix.py --rewrite-baselines`; the same test walks every address as every
principal and compares. A number is the status of the answer; `in` is the redirect to the page of signing in; `302` is
another redirect, which is how a form that did its work answers; `·` is a method that the address does not have (405).

`own` belongs to the principal's own region, `foreign` to another region, `none` does not exist; things that belong to
no region are there (`any`) or not (`none`). What a person may not see answers 404 exactly like what does not exist;
403 means: seen, but not for this person; 409: an impossible step.
"""


def document(entries: Sequence[Entry]) -> str:
    """The whole page."""
    return "\n".join([INTRODUCTION, *_sections(entries)])


def _sections(entries: Sequence[Entry]) -> Iterator[str]:
    for section, title in TITLES.items():
        yield f"## {title}\n"
        heads = ["address", "object", "method", "case", *(HEADS[who] for who in PRINCIPALS)]
        yield _row(heads)
        yield _row("---" for _head in heads)
        for entry in entries:
            if entry.section == section:
                yield from _lines(entry)
        yield ""


def _lines(entry: Entry) -> Iterator[str]:
    kind = "" if entry.kind == "no object" else entry.kind
    for method, cases in entry.expected.items():
        if _is_not_offered(cases):
            continue
        for case, cell in cases.items():
            shown = "" if case == "any" and len(cases) == 1 else case
            statuses = ({"sign-in": "in", "405": "·"}.get(cell[who], cell[who]) for who in PRINCIPALS)
            yield _row([f"`{entry.name}`", kind, method, shown, *statuses])


def _is_not_offered(cases: Mapping[str, Mapping[str, str]]) -> bool:
    statuses = {status for cell in cases.values() for status in cell.values()}
    return "405" in statuses and statuses <= {"405", "sign-in", "401", "403"}


def _row(cells: Sequence[str] | Iterator[str]) -> str:
    return f"| {' | '.join(cells)} |"
