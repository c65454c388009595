"""The real service in place of a mock: an address and a key."""

from typing import Any

from mock_memos.core.addresses import complete_base_url
from mock_memos.core.errors import UsageError


class RealService:
    """What the fixtures provide if the target of a run is the real service.

    Raises `UsageError` without a key, and when a test uses what only a mock has.
    """

    def __init__(self, base_url: str, api_key: str) -> None:
        if not api_key:
            raise UsageError(
                f"no mock-memos answers at {base_url}, and the real service requires a key; "
                "set MEMOS_API_KEY to the key of a test project"
            )
        self.base_url = complete_base_url(base_url)
        self.api_key = api_key

    def __getattr__(self, name: str) -> Any:
        raise UsageError(
            f"only a mock has {name!r}, and the target of this run is {self.base_url}; "
            "mark the test with @pytest.mark.requires_mock"
        )
