"""The behaviour of every operation is tested twice: with a client in process, and over a socket."""

from collections.abc import Iterator

import pytest

from tests.api import calling, doors

DOCUMENTS = ("tests.api.test_openapi", "tests.api.test_errors_table")
"""What these test does not depend on a door."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "door" in metafunc.fixturenames and metafunc.module.__name__ not in DOCUMENTS:
        metafunc.parametrize("door", ["in_process", "live"], indirect=True, scope="session")


@pytest.fixture(scope="session", autouse=True)
def door(request: pytest.FixtureRequest) -> Iterator[None]:
    """The way in which `Client` sends its calls."""
    name = getattr(request, "param", None)
    if name is None:
        yield
        return
    with getattr(doors, name)() as way, pytest.MonkeyPatch.context() as patch:
        patch.setattr(calling, "way", way)
        yield
