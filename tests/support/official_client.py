"""The official Python client, loaded light: its HTTP client alone, without the rest of its package.

Importing the whole package needs half a gigabyte of libraries, sets up logging for the process and
makes a folder in the working directory. So `memos` and `memos.api` stand as bare packages while
the client is imported, and afterwards everything is as it was before.
"""

import importlib
import importlib.util
import logging.config
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any
from unittest.mock import patch

import requests

from mock_memos.testing.memos import Memos

INSTALL = "pip install --no-deps -r tests/clients/requirements.txt"


def client_folder() -> Path | None:
    """The folder of the package `memos`, or None where the client is not installed."""
    result = importlib.util.find_spec("memos")
    return Path(result.origin).parent if result and result.origin else None


def client_class() -> Any:
    """`MemOSClient`, whose code is the released one to the letter."""
    folder = client_folder()
    assert folder is not None, INSTALL
    # What the client needs of others must not be imported twice in one process.
    for name in ("dotenv", "pydantic"):
        importlib.import_module(name)
    with _isolated_imports(folder):
        return importlib.import_module("memos.api.client").MemOSClient


def create_template(memos: Memos) -> str:
    """The id of a new profile template, which the client has no method to make."""
    answer = requests.post(
        f"{memos.base_url}/add/profile_template",
        headers={"Authorization": f"Token {memos.api_key}"},
        json={"name": "Guest", "metadata": {"Basics": {"City": {"value": ""}}}},
        timeout=5,
    )
    return str(answer.json()["data"]["profile_template_id"])


@contextmanager
def _isolated_imports(folder: Path) -> Iterator[None]:
    with (
        tempfile.TemporaryDirectory() as scratch,
        patch.dict(os.environ, MEMOS_BASE_PATH=scratch),
        patch("dotenv.load_dotenv"),
        patch.object(logging.config, "dictConfig"),
    ):
        before = {name: module for name, module in sys.modules.items() if _is_client_module(name)}
        for name in before:
            del sys.modules[name]
        sys.modules["memos"] = _bare("memos", folder)
        sys.modules["memos.api"] = _bare("memos.api", folder / "api")
        sys.modules["transformers"] = _bare("transformers", folder, DynamicCache=type)
        try:
            yield
        finally:
            for name in [name for name in sys.modules if _is_client_module(name)]:
                del sys.modules[name]
            sys.modules.update(before)


def _is_client_module(name: str) -> bool:
    return name.partition(".")[0] in ("memos", "transformers")


def _bare(name: str, folder: Path, **contents: Any) -> ModuleType:
    """A package whose `__init__` does not run."""
    module = ModuleType(name)
    module.__path__ = [str(folder)]
    module.__dict__.update(contents)
    return module
