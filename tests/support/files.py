"""Files for tests: uploads, zips, and a skill as the service documents it."""

import io
import zipfile
from typing import Literal

import pytest

from mock_memos.content.documents import extract
from mock_memos.content.documents.extract import Upload
from mock_memos.core.service_errors import ApiError

SKILL = """\
---
name: plan-a-trip
description: Plans a trip. Use it when: dates are open
license: MIT
---
# Plan a trip

## Procedure
1. Ask for dates
2. Book

### Details
Two rooms.

## Experience
1. Ask early
   and twice
2. Be kind

## User Preferences
- quiet rooms

## Examples

### Example 1
```markdown
Hello

# world
```

## Trigger
when asked
"""


MANUAL = ("SKILL.md", SKILL)


def document(name: str, content: bytes | str | None) -> Upload:
    return upload(name, content, "document")


def skill(name: str, content: bytes | str | None) -> Upload:
    return upload(name, content, "skill")


def upload(name: str, content: bytes | str | None, kind: Literal["document", "skill"]) -> Upload:
    if isinstance(content, str):
        content = content.encode()
    return Upload(name=name, type=kind, content=content, address=f"https://files.test/{name}?v=1")


def zipped(*files: tuple[str, bytes | str], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in files:
            archive.writestr(name, content)
    return buffer.getvalue()


def refused(upload: Upload) -> ApiError:
    with pytest.raises(ApiError) as caught:
        extract.check_upload(upload, "file[3]")
    assert "file[3]" in caught.value.hint
    return caught.value
