"""What stays in one process of a parallel run: tests that share a long preparation, or the ports of real servers.

The groups of `pytest-xdist` hang on the names of tests, which this pytest no longer lets it change; so they are told
by file. The largest group begins, and single tests fill up what is left.
"""

from typing import Any

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

TOGETHER = {
    "tests/architecture/test_english_pages.py": "pages in English",
    "tests/architecture/test_query_counts.py": "query counts",
    "tests/architecture/test_role_matrix.py": "role matrix",
    "tests/dashboard/test_lists.py": "lists",
    "tests/e2e/test_demo_command.py": "the command of the demonstration",
    "tests/services/test_processes.py": "processes",
    "tests/e2e/test_pages.py": "the demonstration",
    "tests/e2e/test_documents.py": "the demonstration",
    "tests/e2e/test_main_pages.py": "the demonstration",
    "tests/e2e/test_reading.py": "the demonstration",
}


class TogetherScheduling(LoadScopeScheduling):
    """Hands out single tests, and those of a group as one."""

    def _split_scope(self, nodeid: str) -> str:
        return TOGETHER.get(nodeid.partition("::")[0], nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Any:
    """Ours for `--dist loadgroup`, else that of the option."""
    return TogetherScheduling(config, log) if config.getoption("dist") == "loadgroup" else None
