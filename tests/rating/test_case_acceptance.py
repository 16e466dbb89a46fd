"""The four worked examples through the whole portal: loaded, closed, corrected, published, read from the API.

The digests stand in `cases/portal_digests.json`, so that both databases are held to the same bytes.
"""

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from django.utils.dateparse import parse_datetime

from common.scope import SYSTEM
from rating.formula import canonical_json, compute
from rating.models import Slice
from rating.services import slice_close, slice_publish, slice_revise
from tests.rating.building import region_of
from tests.rating.portal import FOLDER, load, printed, read, without_digest
from tests.rating.readers import reader
from tests.rating.test_formula_cases import NAMES, at_path

pytestmark = pytest.mark.django_db
DIGESTS: dict[str, dict[str, str]] = json.loads((FOLDER / "portal_digests.json").read_text(encoding="utf-8"))


def published(name: str) -> Slice:
    """The month of a worked example, closed; with its correction, if the example is one; published."""
    request = load(read(name))["request"]
    slice_ = slice_close(actor=SYSTEM, period=request["period"])
    if "corrections_as_of" in request:
        slice_publish(actor=SYSTEM, slice_id=slice_.pk)
        until = parse_datetime(request["corrections_as_of"])
        assert until is not None
        slice_ = slice_revise(
            actor=SYSTEM, period=request["period"], corrections_as_of=until, reason="Возражение R3"
        )
    return slice_publish(actor=SYSTEM, slice_id=slice_.pk)


def asked(slice_: Slice, who: str) -> dict[str, Any]:
    answer = reader(who).get(f"/api/v1/rating/slices/{slice_.period}/")
    assert answer.status_code == 200
    found: dict[str, Any] = json.loads(answer.content)
    return found


@pytest.mark.parametrize("name", NAMES)
def test_a_worked_example_is_read_from_the_api_with_the_numbers_worked_by_hand(name: str) -> None:
    expected = json.loads((FOLDER / f"{name}.expected.json").read_text(encoding="utf-8"))

    result = asked(published(name), "administrator")

    assert without_digest(result) == without_digest(compute(read(name)))
    assert result["national"]["score"] == expected["national"]
    for region, numbers in expected["regions"].items():
        assert {path: at_path(region_of(result, region), path) for path in numbers} == numbers, region


@pytest.mark.parametrize("name", NAMES)
def test_everybody_reads_the_same_table_without_what_belongs_to_the_regions(name: str) -> None:
    slice_ = published(name)

    whole, table = asked(slice_, "administrator"), asked(slice_, "public")

    assert {key: value for key, value in table.items() if key != "regions"} == {
        key: value for key, value in whole.items() if key != "regions"
    }
    for row, shown in zip(whole["regions"], table["regions"], strict=True):
        assert "losses" not in shown
        assert shown == {key: row[key] for key in shown}


@pytest.mark.parametrize("name", NAMES)
def test_the_audit_file_of_a_worked_example_replays_to_the_answer_of_the_api_byte_for_byte(
    name: str, tmp_path: Path
) -> None:
    slice_ = published(name)
    result = asked(slice_, "administrator")
    file = tmp_path / "audit.json"
    file.write_bytes(reader("administrator").get(f"/api/v1/rating/slices/{slice_.period}/audit.json").content)

    replayed = printed("rating_replay", str(file))

    assert replayed == canonical_json(result).decode() + "\n"
    assert slice_.period in printed("rating_verify", slice_.period)


@pytest.mark.parametrize("name", NAMES)
def test_the_digests_of_a_worked_example_are_the_same_on_every_database(name: str) -> None:
    slice_ = published(name)

    result = canonical_json(asked(slice_, "administrator"))

    assert DIGESTS[name] == {"input": slice_.input_sha256, "result": sha256(result).hexdigest()}
