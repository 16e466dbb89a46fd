"""House rules that no single page could break unseen: scopes, the clock, safe strings, templates, thin commands."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db import models
from django.test import Client
from django.urls import reverse

from assignments.models import Assignment, Execution, Protocol
from clusters.models import Cluster
from common import clock
from common.querysets import ScopedQuerySet
from regions.models import Region
from tests.assignments.builders import ISSUED_AT, issued_item, put_on_control
from tests.cast import Cast

ROOT = Path(settings.BASE_DIR)
ROOMS = sorted(path.parent.name for path in ROOT.glob("*/apps.py"))
SOURCES = [
    path
    for room in [*ROOMS, "profportal"]
    for path in sorted((ROOT / room).rglob("*.py"))
    if "migrations" not in path.parts
]
TEMPLATES = sorted((ROOT / "templates").rglob("*.*"))

WITHOUT_SCOPE = {
    "regions.FederalDistrict": "a name on a map",
    "clusters.Industry": "reference data, the same for everybody",
    "clusters.Process": "reference data, the same for everybody",
    "assignments.ControlRules": "parameters, public like the methodology",
}
"""Models that anybody may read, with the reason; every other model says who sees its rows."""

WEB_PACKAGES = {"views", "api", "templatetags", "presentation"}
WEB_MODULES = {
    "auth_forms.py", "context.py", "display.py", "drafting_forms.py", "drafting_views.py", "exports.py", "forms.py",
    "gallery.py", "letter_forms.py", "letter_views.py", "middleware.py", "paging.py", "request_forms.py", "tasks.py",
    "views.py",
}  # fmt: skip
UNSCOPED = {
    ("accounts/api/authentication.py", "AuditToken"): "finds the token that says who is asking",
    ("accounts/auth_forms.py", "Authenticator"): "the second factor of the person who confirms himself",
    ("assignments/api/filters.py", "ExecutionEvent"): "narrows rows that are scoped already",
    ("assignments/api/filters.py", "rows.model"): "narrows rows that are scoped already",
    ("assignments/api/views.py", "ExecutionEvent"): "prefetched of an execution that is fetched in scope",
    ("assignments/forms.py", "Association"): "choices of the builder, open to drafters only",
    ("assignments/forms.py", "Cluster"): "cohorts to choose from, open to drafters only",
    ("assignments/forms.py", "FederalDistrict"): "reference data",
    ("assignments/forms.py", "Industry"): "reference data",
    ("assignments/forms.py", "Process"): "reference data",
    ("assignments/forms.py", "Region"): "names of regions",
    ("clusters/api/filters.py", "AssociationMember"): "narrows rows that are scoped already",
    ("meetings/forms.py", "Association"): "choices of the terms, open to keepers of meetings only",
    ("meetings/forms.py", "Process"): "reference data",
    ("meetings/forms.py", "User"): "the staff of the centre, open to keepers of meetings only",
    ("dashboard/context.py", "Region"): "the names of the reader's own regions",
    ("regions/forms.py", "Region"): "names of regions",
    (
        "rating/presentation/table.py",
        "Slice",
    ): "the table kept for all who may see the slice",
}
"""Reviewed exceptions: querysets of the web layer that are not scoped where they stand, with the reason."""

MARKED_SAFE = {
    "common/cells.py",
    "common/templatetags/ui.py",
    "cyclogram/presentation/gantt.py",
    "cyclogram/presentation/matrix.py",
    "dashboard/matrix.py",
    "dashboard/rows.py",
    "rating/presentation/rows.py",
}
"""Modules reviewed for what they call safe: everything typed by people is escaped where it is written."""
UNESCAPED_TEMPLATES = {
    "assignments/appointment_item.txt",
    "emails/appointment_letter_subject.txt",
    "emails/base.txt",
    "emails/rating_letter_copy.txt",
    "emails/rating_letter_copy_subject.txt",
    "emails/rating_letter_link_subject.txt",
    "emails/rating_letter_subject.txt",
}
"""Plain text, where there is nothing to escape."""

STATEMENTS_OF_A_COMMAND = 20
STATEMENTS_OF_A_TASK = 6


def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def names_after(node: ast.AST, parents: dict[ast.AST, ast.AST]) -> set[str]:
    """The methods called one after another on an expression."""
    found = set()
    while True:
        parent = parents.get(node)
        if isinstance(parent, ast.Attribute):
            found.add(parent.attr)
        elif not (isinstance(parent, ast.Call) and parent.func is node):
            return found
        node = parent


@dataclass(frozen=True)
class Query:
    """A queryset begun in the web layer."""

    path: str
    model: str
    line: int


def unscoped(path: str, tree: ast.Module) -> Iterator[Query]:
    """Querysets that no `visible_to` or `fetch` of the same function narrows."""
    parents = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Attribute) and node.attr in ("objects", "_default_manager")):
            continue
        scoped = {"visible_to", "fetch", "none"} & names_after(node, parents)
        if not scoped and not is_scoped_later(node, parents):
            yield Query(path, ast.unparse(node.value), node.lineno)


def is_scoped_later(node: ast.AST, parents: dict[ast.AST, ast.AST]) -> bool:
    """Whether the function in which it begins hands every such queryset on to a scope."""
    function: ast.AST | None = node
    while function is not None and not isinstance(function, ast.FunctionDef):
        function = parents.get(function)
    if function is None or isinstance(parents.get(node), ast.comprehension):
        return False
    assigned = parents.get(node)
    while assigned is not None and not isinstance(assigned, ast.stmt):
        assigned = parents.get(assigned)
    if not isinstance(assigned, ast.Assign | ast.AnnAssign | ast.Return):
        return False
    text = ast.unparse(function)
    return bool(re.search(r"\.(fetch|visible_to)\(", text))


def is_of_the_web(path: Path) -> bool:
    return bool(WEB_PACKAGES & set(path.relative_to(ROOT).parts)) or path.name in WEB_MODULES


# Scopes


def scoped_models() -> dict[str, type[models.Model]]:
    own = [model for room in ROOMS for model in apps.get_app_config(room).get_models()]
    return {model._meta.label: model for model in own if not model._meta.auto_created}


def test_every_model_says_who_sees_its_rows_or_is_open_for_a_reason() -> None:
    silent = {
        label
        for label, model in scoped_models().items()
        if not issubclass(type(model._default_manager.all()), ScopedQuerySet)
        or type(model._default_manager.all()).visible_to is ScopedQuerySet.visible_to
    }

    assert silent == set(WITHOUT_SCOPE)


def test_the_web_reaches_rows_through_a_scope() -> None:
    found = {
        (query.path, query.model): query.line
        for path in SOURCES
        if is_of_the_web(path)
        for query in unscoped(name_of(path), parsed(path))
    }

    assert {
        f"{path}:{line}: {model}" for (path, model), line in found.items() if (path, model) not in UNSCOPED
    } == set()
    assert set(UNSCOPED) - set(found) == set(), "exceptions that nothing needs any more"


@pytest.mark.parametrize(
    ("text", "models_found"),
    [
        ("def view(request):\n    return list(Execution.objects.all())", ["Execution"]),
        ("def view(request):\n    rows = Execution.objects.filter(pk=1)\n    return rows", ["Execution"]),
        ("def view(request):\n    return Execution.objects.visible_to(scope).filter(pk=1)", []),
        ("def view(request):\n    rows = Execution.objects.all()\n    return rows.fetch(scope, pk=1)", []),
        ("ROWS = Execution.objects.all()", ["Execution"]),
        ("class F:\n    def __init__(self):\n        self.c = [r for r in Region.objects.all()]", ["Region"]),
    ],
)
def test_the_search_for_unscoped_rows_sees_them(text: str, models_found: list[str]) -> None:
    assert [query.model for query in unscoped("x.py", ast.parse(text))] == models_found


PEOPLE = (
    "administrator", "controller", "methodologist", "tomsk_coordinator", "tomsk_deputy", "omsk_coordinator", "chair",
    "tomsk_minister", "newcomer",
)  # fmt: skip


@pytest.fixture
def places(cast: Cast) -> list[Execution]:
    """Executions of four clusters of two regions, and one of a coordinator, in protocols of their own."""
    rows: list[Execution] = []
    for number, place in enumerate(
        (cast.tomsk_machines, cast.tomsk_farming, cast.omsk_machines, cast.nameless, cast.chukotka), start=1
    ):
        kind = "regions" if isinstance(place, Region) else "clusters"
        protocol = Protocol.objects.create(
            number=f"{number}", held_on=clock.day_of(ISSUED_AT), meeting_title="Заседание", status="issued",
            created_at=ISSUED_AT, issued_at=ISSUED_AT,
        )  # fmt: skip
        item = issued_item("1", protocol=protocol, addressee=kind)
        rows += put_on_control([place], item)
    return rows


@pytest.mark.parametrize("who", PEOPLE)
def test_a_row_is_in_the_scope_exactly_when_its_pages_open(
    cast: Cast, places: list[Execution], as_person, who: str
) -> None:
    client, scope = as_person(who), cast.scope(who)
    things = (
        (Execution, ("dashboard:execution", "api:execution"), "pk"),
        (Protocol, ("assignments:protocol", "api:protocol"), "pk"),
        (Assignment, ("api:assignment",), "pk"),
        (Cluster, ("dashboard:cluster", "api:cluster"), "code"),
    )
    for model, addresses, key in things:
        visible = set(model.objects.visible_to(scope).values_list(key, flat=True))
        for address in addresses:
            opened = {
                value
                for value in model.objects.values_list(key, flat=True)
                if client.get(reverse(address, kwargs={key: value})).status_code == 200
            }
            assert opened == visible, (model.__name__, address)


@pytest.mark.parametrize("who", [name for name in PEOPLE if name != "newcomer"])
def test_a_list_holds_exactly_the_rows_of_the_scope(
    cast: Cast, places: list[Execution], as_person, who: str
) -> None:
    client, scope = as_person(who), cast.scope(who)
    for model, address, key in (
        (Execution, "api:executions", "id"),
        (Protocol, "api:protocols", "id"),
        (Assignment, "api:assignments", "id"),
        (Cluster, "api:clusters", "code"),
        (Region, "api:regions", "code"),
    ):
        listed = client.get(reverse(address), {"page_size": 200}).json()["results"]
        assert {row[key] for row in listed} == set(
            model.objects.visible_to(scope).values_list(key, flat=True)
        ), address


@pytest.mark.parametrize("who", [name for name in PEOPLE if name not in ("newcomer", "chair")])
def test_the_registry_shows_exactly_the_rows_of_the_scope(
    cast: Cast, places: list[Execution], as_person, who: str
) -> None:
    client: Client = as_person(who)
    html = client.get(reverse("dashboard:registry")).content.decode()
    shown = {int(pk) for pk in re.findall(r'href="/executions/(\d+)/', html)}

    assert shown == set(Execution.objects.visible_to(cast.scope(who)).values_list("pk", flat=True))


# One clock, safe strings, explicit fields


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_a_module_asks_no_clock_but_the_one_and_trusts_no_text(path: Path) -> None:
    other_clocks = {
        "timezone.now",
        "django_timezone.now",
        "datetime.now",
        "datetime.utcnow",
        "date.today",
        "time.time",
    }
    clocks, safe, everything = [], [], []
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Attribute) and ast.unparse(node) in other_clocks:
            clocks.append(node.lineno)
        if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] in (
            "mark_safe",
            "SafeString",
        ):
            safe.append(node.lineno)
        if isinstance(node, ast.Assign) and ast.unparse(node) in ("fields = '__all__'", "exclude = []"):
            everything.append(node.lineno)

    assert clocks == [] or name_of(path) == "common/clock.py"
    assert safe == [] or name_of(path) in MARKED_SAFE
    assert everything == []


def test_the_list_of_reviewed_safe_strings_is_not_old() -> None:
    used = {
        name_of(path)
        for path in SOURCES
        if re.search(r"\b(mark_safe|SafeString)\(", path.read_text(encoding="utf-8"))
    }

    assert used == MARKED_SAFE


# Templates


def template_name(path: Path) -> str:
    return path.relative_to(ROOT / "templates").as_posix()


def test_no_template_turns_escaping_off() -> None:
    found = {
        template_name(path)
        for path in TEMPLATES
        if re.search(r"autoescape off|\|\s*safe\b|\|\s*safeseq\b", path.read_text(encoding="utf-8"))
    }

    assert found == UNESCAPED_TEMPLATES


FRAMEWORK_TEMPLATES = re.compile(r"(?:\d{3}\.html|account/|mfa/)")
"""Pages that Django and allauth look for by a name of their own."""


def is_used(name: str, texts: str) -> bool:
    """Named whole or without its ending, or by the last part where the folder stands in an f-string."""
    folder, _slash, file = name.rpartition("/")
    in_folder = f'f"{folder}/{{' in texts and f'"{Path(file).stem}"' in texts
    return f'"{name}' in texts or f'"{name.rpartition(".")[0]}"' in texts or in_folder


def test_every_template_is_used() -> None:
    texts = "".join(path.read_text(encoding="utf-8") for path in [*SOURCES, *TEMPLATES])
    elsewhere = re.compile(
        rf"{FRAMEWORK_TEMPLATES.pattern}|components/"
    )  # test_templates.py looks at components

    names = [name for name in map(template_name, TEMPLATES) if not elsewhere.match(name)]
    assert [name for name in names if not is_used(name, texts)] == []


def test_the_pages_of_other_packages_that_we_drew_exist_there() -> None:
    """A page under account/ or mfa/ that allauth does not know would never be shown."""
    import allauth

    known = Path(allauth.__file__).parent / "templates"
    ours = [name for name in map(template_name, TEMPLATES) if name.startswith(("account/", "mfa/"))]
    named = "".join(path.read_text(encoding="utf-8") for path in [*SOURCES, *TEMPLATES])

    assert [name for name in ours if not (known / name).exists() and f'"{name}"' not in named] == []


@pytest.mark.parametrize("path", TEMPLATES, ids=template_name)
def test_every_form_that_changes_something_carries_the_key(path: Path) -> None:
    text = re.sub(
        r"\{% comment %\}.*?\{% endcomment %\}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL
    )
    forms = re.findall(r"<form\b[^>]*method=\"post\".*?</form>", text, re.DOTALL | re.IGNORECASE)
    sent = [form for form in forms if 'action="#' not in form]  # examples of the gallery go nowhere

    assert [form[:200] for form in sent if "{% csrf_token %}" not in form] == []
    assert len(forms) == len(re.findall(r"method=\"post\"", text, re.IGNORECASE))


# Thin ends


def entry_points() -> Iterator[tuple[str, ast.FunctionDef, int]]:
    """Tasks and the `handle` of commands, with how many statements each may have."""
    for path in SOURCES:
        limit = STATEMENTS_OF_A_TASK if path.name == "tasks.py" else STATEMENTS_OF_A_COMMAND
        if path.name == "tasks.py" or "commands" in path.parts:
            for node in ast.walk(parsed(path)):
                if isinstance(node, ast.FunctionDef):
                    yield name_of(path), node, limit


def test_tasks_and_commands_hold_no_rules() -> None:
    fat = [
        f"{path}:{node.lineno} {node.name}: {statements}, at most {limit}"
        for path, node, limit in entry_points()
        if (statements := sum(isinstance(part, ast.stmt) for part in ast.walk(node)) - 1) > limit
    ]

    assert fat == []
