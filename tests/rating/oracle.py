"""A slow second reading of the methodology, straight from its text, for comparison with the formula.

It shares no code with it: plain dictionaries, minutes since an epoch, fractions, and decimals of 120 digits for
the roots. What both say is probably what the text says.
"""

from datetime import date, datetime, timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal, localcontext
from fractions import Fraction
from typing import Any

EPOCH = date(1970, 1, 1)


def seconds(text: str) -> Fraction:
    moment = datetime.fromisoformat(text)
    shift = moment.utcoffset()
    assert shift is not None
    plain = moment.replace(tzinfo=None) - shift - datetime(1970, 1, 1)  # noqa: DTZ001 - the offset is taken off
    return Fraction(plain // timedelta(microseconds=1), 1_000_000)


def number_of(day: str) -> int:
    return (date.fromisoformat(day) - EPOCH).days


def month_start(period: str, shift: int = 0) -> int:
    months = int(period[:4]) * 12 + int(period[5:]) - 1 + shift
    return (date(months // 12, months % 12 + 1, 1) - EPOCH).days


def month_before(period: str) -> str:
    return (EPOCH + timedelta(days=month_start(period) - 1)).isoformat()[:7]


class Oracle:
    """One slice of one period, from the file and the two instants (in seconds)."""

    def __init__(
        self, case: dict[str, Any], period: str, as_of: Fraction | None, corrections: Fraction | None
    ):
        self.case, self.period = case, period
        in_force = [version for version in case["params"] if version["effective_from"] <= period]
        self.p = sorted(in_force, key=lambda version: version["effective_from"])[-1]
        self.end = month_start(period, 1) - 1
        default = (self.end + 1 + self.p["review_days"]) * 86_400 - self.p["tz_offset_minutes"] * 60
        self.as_of = Fraction(default) if as_of is None else as_of
        self.corrections = corrections
        self.day_of_slice = self.day(self.as_of)
        self.region_of = {cluster["id"]: cluster["region"] for cluster in case["clusters"]}
        self.items = {item["id"]: item for item in case["items"]}
        self.facts = [self.fold(execution) for execution in case["executions"]]

    def day(self, instant: Fraction) -> int:
        return int((instant + self.p["tz_offset_minutes"] * 60) // 86_400)

    def known(self, event: dict[str, Any]) -> bool:
        recorded = seconds(event.get("recorded_at", event["at"]))
        if recorded < self.as_of:
            return True
        if self.corrections is None or "corrects" not in event:
            return False
        return event["corrects"] <= self.period and recorded < self.corrections

    def fold(self, execution: dict[str, Any]) -> dict[str, Any]:
        item = self.items[execution["item"]]
        events = [event for event in execution["events"] if self.known(event)]
        gone = [event["target"] for event in events if event["kind"] == "annulled"]
        events = [event for event in events if event["kind"] != "annulled" and event["id"] not in gone]
        fact: dict[str, Any] = {
            "execution": execution["id"],
            "cluster": execution["cluster"],
            "region": self.region_of[execution["cluster"]],
            "item": item["id"],
            "weight": item["weight"],
            "state": None,
            "report": None,
            "done": None,
            "returns": 0,
            "moved": 0,
            "requests": 0,
        }
        for event in sorted(events, key=lambda event: (seconds(event["at"]), event["id"])):
            self.step(fact, event, item)
        fact["C"] = fact["done"] if fact["done"] is not None else fact["report"]
        return fact

    def step(self, fact: dict[str, Any], event: dict[str, Any], item: dict[str, Any]) -> None:
        kind, today = event["kind"], self.day(seconds(event["at"]))
        if kind == "issued":
            if fact["state"] is None:
                issue_day = self.day(seconds(event.get("recorded_at", event["at"])))
                fact["due"] = max(
                    number_of(event.get("due", item["due"])), issue_day + self.p["min_lead_days"]
                )
                fact["state"] = "open"
            return
        if fact["state"] != "open":
            return
        if kind == "submitted" and fact["report"] is None:
            fact["report"], fact["B"] = today, fact["due"]
        if kind == "returned" and fact["report"] is not None:
            fact["returns"] += 1
            if event.get("empty") is not True:
                fact["due"] = max(fact["due"], fact["B"] + today - fact["report"])
            fact["report"] = None
        if kind == "accepted":
            fact["done"] = today if fact["report"] is None else fact["report"]
            fact["report"], fact["state"] = None, "executed"
        if kind == "cancelled":
            fact["state"] = "cancelled"
        if kind == "extended" and number_of(event["new_due"]) > fact["due"]:
            if "requested_at" in event:
                asked_late = self.day(seconds(event["requested_at"])) > fact["due"]
                if asked_late or fact["requests"] >= self.p["max_request_extensions"]:
                    return
                fact["requests"] += 1
            fact["due"] = number_of(event["new_due"])
            fact["moved"] += 1

    def step_points(self, days: int) -> int:
        if days == 0:
            return 100
        return next(points for limit, points in self.p["late_steps"] if limit is None or days <= limit)

    def cells(self, start: int) -> list[dict[str, Any]]:
        """The executions in scope of the window from `start` to the end of the month."""
        grace, cut = self.p["grace_days"], min(self.end, self.day_of_slice - 1)
        found = []
        for fact in self.facts:
            if fact["state"] in (None, "cancelled"):
                continue
            due, completed = fact["due"], fact["C"]
            if not number_of(self.p["count_due_from"]) <= due <= cut:
                continue
            if not (due >= start or completed is None or completed >= start + grace):
                continue
            executed = completed is not None and completed <= self.end + grace
            days = max(0, completed - due) if executed else cut - due
            earned = self.step_points(days) if executed else 0
            points = (
                max(self.p["min_executed_points"], earned - self.p["return_penalty"] * fact["returns"])
                if executed
                else 0
            )
            found.append({**fact, "executed": executed, "days": days, "t": earned, "q": points})
        return found


def half_up(value: Fraction) -> int:
    """A number of points as hundredths, rounded half up."""
    return int((value * 100 + Fraction(1, 2)) // 1)


def score(cells: list[dict[str, Any]]) -> int:
    return half_up(exact_score(cells))


def exact_score(cells: list[dict[str, Any]]) -> Fraction:
    weight = sum(cell["weight"] for cell in cells)
    return Fraction(sum(cell["weight"] * cell["q"] for cell in cells), weight)


def interval(cells: list[dict[str, Any]], z_text: str, icc_text: str) -> tuple[int, int]:
    """The Wilson interval with decimals of 120 digits; a bound within 10⁻⁶⁰ of a hundredth is that hundredth."""
    weights = [cell["weight"] for cell in cells]
    sizes: dict[str, int] = {}
    for cell in cells:
        sizes[cell["cluster"]] = sizes.get(cell["cluster"], 0) + 1
    alike = Fraction(sum(size * size for size in sizes.values()), len(cells))
    size = Fraction(sum(weights) ** 2, sum(weight * weight for weight in weights))
    size /= 1 + (alike - 1) * Fraction(icc_text)
    p, z = exact_score(cells) / 100, Fraction(z_text)
    centre = p + z * z / (2 * size)
    root_of = p * (1 - p) / size + z * z / (4 * size * size)
    with localcontext() as context:
        context.prec = 120
        root = (Decimal(root_of.numerator) / Decimal(root_of.denominator)).sqrt()
        spread = Decimal(z.numerator) / Decimal(z.denominator) * root
        middle = Decimal(centre.numerator) / Decimal(centre.denominator)
        below = 1 + z * z / size
        divisor = Decimal(below.numerator) / Decimal(below.denominator)
        low, high = 10_000 * (middle - spread) / divisor, 10_000 * (middle + spread) / divisor
        low, high = low.quantize(Decimal("1e-60")), high.quantize(Decimal("1e-60"))
        bounds = int(low.to_integral_value(ROUND_FLOOR)), int(high.to_integral_value(ROUND_CEILING))
    return max(0, bounds[0]), min(10_000, bounds[1])


def surely(upper: tuple[int, int, int], lower: tuple[int, int, int]) -> bool:
    """Arguments are (score, low, high)."""
    gap = upper[0] - lower[0]
    return gap > 0 and gap**2 > (upper[0] - upper[1]) ** 2 + (lower[2] - lower[0]) ** 2
