"""Makes a skipped or expectedly failing test a failed one: what has not run has proved nothing.

Loaded by ``tests/conftest.py``, so it holds for every run.
"""

from collections.abc import Generator

import pytest

WHY = "A skip is a failure here: "


def refuse_skip(report: pytest.TestReport | pytest.CollectReport) -> None:
    """Turns a report that would hide a test into a failure that names the reason given for hiding it."""
    reason = getattr(report, "wasxfail", None)
    if reason is None and report.outcome != "skipped":
        return
    if reason is None:
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
    else:
        del report.wasxfail  # else the summary would still count the test as expected to fail
        reason = f"xfail {reason}"
    report.outcome = "failed"
    report.longrepr = f"{WHY}{reason}"


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    refuse_skip(report)
    return report


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    refuse_skip(report)
    return report
