"""What a person reads when something is refused."""

from collections.abc import Callable

import pytest

from common.errors import PortalError


def refused(error: type[PortalError], act: Callable[[], object]) -> str:
    """The sentence with which the act is refused."""
    with pytest.raises(error) as caught:
        act()
    return str(caught.value)
