"""The description of the API, over HTTP: as a document, and as a page without other hosts."""

import importlib.util
from pathlib import Path
from typing import Final

from mock_memos.control.base import Answer, EmptyRequest, WorldStore
from mock_memos.core.errors import UsageError

HTML: Final = "text/html; charset=utf-8"
SCRIPT: Final = "text/javascript; charset=utf-8"
STYLE: Final = "text/css; charset=utf-8"

_PAGE: Final = b"""\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>mock-memos: the API</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/_mock/docs/viewer.css">
</head>
<body>
<main id="api"></main>
<script src="/_mock/docs/viewer.js"></script>
<script src="/_mock/docs/start.js"></script>
</body>
</html>
"""

_START: Final = b"""\
const viewer = SwaggerUIBundle({
  url: "/_mock/openapi.json",
  dom_id: "#api",
  deepLinking: true,
  validatorUrl: null,
  onComplete: () => viewer.preauthorizeApiKey("token", "Token mock-key"),
});
"""


def openapi(worlds: WorldStore, key: str, request: EmptyRequest) -> Answer:
    """Returns the OpenAPI document of this server."""
    return worlds.openapi_document()


def docs(worlds: WorldStore, key: str, request: EmptyRequest) -> bytes:
    """Returns a page to read and try the API, without a network. Requires the extra `docs`."""
    _viewer()
    return _PAGE


def start_script(worlds: WorldStore, key: str, request: EmptyRequest) -> bytes:
    """Returns the script that opens the document on that page."""
    return _START


def viewer_script(worlds: WorldStore, key: str, request: EmptyRequest) -> bytes:
    """Returns the viewer of that page, Swagger UI."""
    return _asset("swagger-ui-bundle.js")


def viewer_style(worlds: WorldStore, key: str, request: EmptyRequest) -> bytes:
    """Returns the styles of that page."""
    return _asset("swagger-ui.css")


def _asset(name: str) -> bytes:
    return (_viewer() / "dist" / name).read_bytes()


def _viewer() -> Path:
    # The package is located, not imported: its module would import Flask.
    spec = importlib.util.find_spec("flask_swagger_ui")
    if spec is None or not spec.submodule_search_locations:
        raise UsageError("the page needs its viewer: pip install 'mock-memos[docs]'")
    return Path(spec.submodule_search_locations[0])
