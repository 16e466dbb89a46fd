"""`--rewrite-baselines` writes what tests compare with committed files; look at the difference before committing."""

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--rewrite-baselines", action="store_true", help="write the committed tables and counts anew"
    )


@pytest.fixture(scope="session")
def rewrite_baselines(pytestconfig: pytest.Config) -> bool:
    """Whether committed files are to be written instead of only compared."""
    return bool(pytestconfig.getoption("rewrite_baselines"))
