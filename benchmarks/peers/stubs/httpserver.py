"""pytest-httpserver with one static stub, on the port that is the first argument."""

import sys
from threading import Event

from pytest_httpserver import HTTPServer

ANSWER = {
    "code": 0,
    "data": {"success": True, "task_id": "x", "status": "running"},
    "message": "ok",
}

server = HTTPServer(host="127.0.0.1", port=int(sys.argv[1]))
server.expect_request("/api/openmem/v1/add/message", method="POST").respond_with_json(ANSWER)
server.start()
Event().wait()
