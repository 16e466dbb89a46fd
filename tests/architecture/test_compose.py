"""The files of services mode agree with the code, although no container engine runs the tests."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from celery import Celery
from django.urls import resolve
from django.utils.module_loading import import_string

ROOT = Path(__file__).resolve().parent.parent.parent
SETTINGS = "\n".join(
    path.read_text(encoding="utf-8") for path in (ROOT / "profportal" / "settings").glob("*.py")
)
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
# Read by Django, by gunicorn, and by docker-compose.yml itself; the portal has no setting of these names.
READ_BY_OTHERS = {"DJANGO_SETTINGS_MODULE", "WEB_CONCURRENCY"}
READ_BY_COMPOSE = {"POSTGRES_PASSWORD", "PORTAL_PORT", "POSTGRES_PORT", "REDIS_PORT", "PORTAL_VERSION"}
ONLY_IN_THE_DEMO = {"DEMO_DATABASE"}
COMMANDS = {
    "migrate": "python manage.py migrate --noinput",
    "web": "gunicorn profportal.asgi:application -k asgi --bind 0.0.0.0:8000",
    "worker": "celery -A profportal worker --loglevel INFO --concurrency 2",
    "beat": "celery -A profportal beat --loglevel INFO --schedule /var/lib/profportal/beat/schedule",
}


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    return yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))


def settings_of_the_portal() -> set[str]:
    """Every variable that a settings module reads."""
    return set(re.findall(r"""(?:env\.\w+|secret)\(\s*["']([A-Z_]+)["']""", SETTINGS))


def explained_variables() -> set[str]:
    """Every variable of .env.example, set or shown with its default."""
    text = (ROOT / ".env.example").read_text(encoding="utf-8")
    return set(re.findall(r"^#?([A-Z_]+)=", text, re.MULTILINE))


def test_the_portal_runs_exactly_these_commands(compose: dict[str, Any]) -> None:
    found = {name: service["command"] for name, service in compose["services"].items() if "build" in service}

    assert {name: " ".join(command) for name, command in found.items()} == COMMANDS


def test_the_commands_name_things_that_exist(compose: dict[str, Any]) -> None:
    assert callable(import_string("profportal.asgi.application"))
    assert isinstance(import_string("profportal.celery.app"), Celery)
    assert (ROOT / "manage.py").exists()
    assert (
        'CMD ["gunicorn", "profportal.asgi:application", "-k", "asgi", "--bind", "0.0.0.0:8000"]'
        in DOCKERFILE
    )


def test_every_variable_of_a_service_is_a_setting(compose: dict[str, Any]) -> None:
    given = {
        name
        for service in compose["services"].values()
        if "build" in service
        for name in service["environment"]
    }

    assert given - settings_of_the_portal() - READ_BY_OTHERS == set()
    settings_file = compose["services"]["web"]["environment"]["DJANGO_SETTINGS_MODULE"].replace(".", "/")
    assert (ROOT / f"{settings_file}.py").exists()


def test_every_setting_is_explained_and_nothing_else_is() -> None:
    known = settings_of_the_portal() - ONLY_IN_THE_DEMO

    assert explained_variables() == known | READ_BY_OTHERS | READ_BY_COMPOSE


def test_what_compose_fills_in_is_explained() -> None:
    text = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")

    assert set(re.findall(r"(?<!\$)\$\{([A-Z_]+)", text)) == READ_BY_COMPOSE


def test_the_health_addresses_exist(compose: dict[str, Any]) -> None:
    test = compose["services"]["web"]["healthcheck"]["test"]

    assert test[:3] == ["CMD", "python", "docker/healthcheck.py"]
    assert (ROOT / test[2]).exists()
    assert test[3] == "/healthz"
    assert resolve(test[3]).url_name == "healthz"
    assert 'CMD ["python", "docker/healthcheck.py", "/healthz"]' in DOCKERFILE


def test_every_lasting_service_has_a_health_check_and_waits_for_healthy_ones(compose: dict[str, Any]) -> None:
    services = compose["services"]
    for name in set(services) - {"migrate"}:
        assert services[name]["healthcheck"]["test"], name
    for name in ("web", "worker", "beat"):
        waits = {other: rule["condition"] for other, rule in services[name]["depends_on"].items()}
        assert waits == {
            "migrate": "service_completed_successfully",
            "db": "service_healthy",
            "redis": "service_healthy",
        }


def test_every_volume_is_declared_and_used(compose: dict[str, Any]) -> None:
    mounted = {
        volume.split(":")[0]
        for service in compose["services"].values()
        for volume in service.get("volumes", [])
    }

    assert mounted == set(compose["volumes"])


def test_no_port_is_open_to_the_network(compose: dict[str, Any]) -> None:
    ports = [port for service in compose["services"].values() for port in service.get("ports", [])]

    assert ports
    assert all(port.startswith("127.0.0.1:") for port in ports)


def test_no_secret_is_committed(compose: dict[str, Any]) -> None:
    example = (ROOT / ".env.example").read_text(encoding="utf-8")

    assert re.search(r"^SECRET_KEY=$", example, re.MULTILINE)
    assert re.search(r"^POSTGRES_PASSWORD=$", example, re.MULTILINE)
    assert compose["services"]["db"]["environment"]["POSTGRES_PASSWORD"].startswith("${POSTGRES_PASSWORD:?")


def test_the_image_does_not_run_as_root_and_installs_by_hash() -> None:
    final = DOCKERFILE.rpartition("\nFROM ")[2]

    assert re.search(r"^USER portal$", final, re.MULTILINE)
    assert "--require-hashes --no-deps -r requirements/runtime.txt" in DOCKERFILE
    assert "collectstatic" in DOCKERFILE
