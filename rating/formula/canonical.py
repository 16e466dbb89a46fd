"""The one byte form of the rating's JSON, the digest of the inputs, and exact decimals (methodology §9)."""

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from rating.formula.values import CaseError


def canonical_json(value: Any) -> bytes:
    """Sorted keys, no spaces, UTF-8 unescaped, no final newline.

    Raises `ValueError` for what JSON or UTF-8 cannot hold (NaN, half of a surrogate pair).
    """
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return text.encode("utf-8")


def input_sha256(case: Mapping[str, Any]) -> str:
    """Hex SHA-256 of the inputs of a valid case as they stand, whatever the order of its lists."""
    inputs = {
        "regions": _by_id(case["regions"]),
        "clusters": _by_id(case["clusters"]),
        "items": _by_id(case["items"]),
        "params": sorted(case["params"], key=lambda row: row["effective_from"]),
        "executions": [{**row, "events": _by_id(row["events"])} for row in _by_id(case["executions"])],
    }
    try:
        return sha256(canonical_json(inputs)).hexdigest()
    except (ValueError, TypeError, RecursionError) as error:
        raise CaseError("the file", f"has no canonical JSON form: {error}") from None


def in_order(case: Mapping[str, Any]) -> tuple[bytes, str]:
    """The canonical JSON of a case whose lists stand in order, and the digest of its inputs, both from one writing.

    "request" is the last of the keys and no part of the inputs, so the inputs are all bytes before it.
    """
    inputs = canonical_json({key: rows for key, rows in case.items() if key != "request"})
    request = canonical_json({"request": case["request"]})
    return inputs[:-1] + b"," + request[1:], sha256(inputs).hexdigest()


def _by_id(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(rows, key=lambda row: row["id"])


def hundredths_to_str(hundredths: int) -> str:
    """Hundredths as a decimal with two places: -135 is "-1.35"."""
    whole, part = divmod(abs(hundredths), 100)
    return f"{'-' if hundredths < 0 else ''}{whole}.{part:02d}"
