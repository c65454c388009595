"""The real service where tests expect a double: an address and a key, and nothing more in hand."""

from typing import Any

from mock_memos.core.addresses import complete_base_url
from mock_memos.core.errors import UsageError


class RealService:
    """What a test gets when the run is aimed at the real service.

    Raises `UsageError` without a key, and whenever a test reaches for what only a double has.
    """

    def __init__(self, base_url: str, api_key: str) -> None:
        if not api_key:
            raise UsageError(
                f"no mock-memos answers at {base_url}, and the real service wants a key: "
                "set MEMOS_API_KEY to one of a test project"
            )
        self.base_url = complete_base_url(base_url)
        self.api_key = api_key

    def __getattr__(self, name: str) -> Any:
        raise UsageError(
            f"{name!r} is what only a double has, and this run is aimed at {self.base_url}; "
            "mark the test with @pytest.mark.requires_mock"
        )
