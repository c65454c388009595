"""What holds for every operation: keys, envelope, statuses, and how requests are read."""

from mock_memos.core.service_errors import ERRORS
from mock_memos.verification.check import check
from mock_memos.verification.checks.fixtures import NO_ID, Traveller
from mock_memos.verification.expectations import (
    Inconclusive,
    Value,
    content_type,
    envelope,
    http_status,
    ok,
    refused,
)
from mock_memos.verification.service import ServiceResponse
from mock_memos.verification.session import Session

LIST, SEARCH, STATUS = "get/memory", "search/memory", "get/status"


def with_key(session: Session, authorization: str) -> ServiceResponse:
    """A call with another Authorization header."""
    body = {"user_id": session.unused_id}
    return session.send("POST", LIST, body=body, headers={"authorization": authorization})


@check("documented", LIST)
def a_success_says_ok(session: Session, traveller: Traveller) -> None:
    """A success has HTTP status 200, code 0, the message ok, and data."""
    whole = envelope(traveller.memory_list)
    http_status(traveller.memory_list).equals(200)
    whole["code"].equals(0)
    whole["message"].equals("ok")
    whole["data"].fields()


@check("documented", LIST)
def an_answer_is_json(session: Session, traveller: Traveller) -> None:
    """A response has the content type application/json."""
    content_type(traveller.memory_list).text(r"application/json\b.*", "application/json")


@check("observed", LIST)
def the_envelope_keeps_its_order(session: Session, traveller: Traveller) -> None:
    """The envelope holds code, data and message, in this order."""
    order = list(envelope(traveller.memory_list).fields())
    Value(order, f"{LIST}: names of fields").equals(["code", "data", "message"])


@check("observed", STATUS)
def an_error_has_no_data(session: Session) -> None:
    """data of an error is null."""
    refused(session.post(STATUS, task_id=NO_ID), 50131)["data"].equals(None)


@check("assumed", STATUS, SEARCH, "delete/memory", "update/memory")
def an_error_has_its_text(session: Session) -> None:
    """The message of an error is the English text of the documentation."""
    user_id = session.unused_id
    for answer in (
        session.post(STATUS, task_id=NO_ID),
        session.post(STATUS),
        session.post(SEARCH, user_id="u" * 101, query="q"),
        session.post("delete/memory", user_id=user_id),
        session.post("update/memory", memory_id=NO_ID, content="x"),
    ):
        whole = refused(answer, *ERRORS)
        whole["message"].equals(ERRORS[whole["code"].integer()].message)


@check("assumed", LIST, backs=("setting http_status",))
def a_wrong_request_has_the_status_400(session: Session) -> None:
    """An error 400xx has HTTP status 400."""
    answer = session.post(LIST)
    refused(answer, 40002)
    http_status(answer).equals(400)


@check("assumed", "delete/memory", backs=("setting http_status",))
def a_forbidden_request_has_the_status_403(session: Session) -> None:
    """An error 403xx has HTTP status 403."""
    answer = session.post("delete/memory", user_id=session.unused_id)
    refused(answer, 40308)
    http_status(answer).equals(403)


@check("assumed", LIST, errors=(40100,), backs=("setting http_status",))
def a_call_needs_a_key(session: Session) -> None:
    """A call without Authorization returns 40100 and the HTTP status 401."""
    answer = with_key(session, "")
    refused(answer, 40100)
    http_status(answer).equals(401)


@check("documented", LIST)
def a_call_without_a_key_is_refused(session: Session) -> None:
    """A call without Authorization returns one of the codes for keys."""
    refused(with_key(session, ""), 40100, 40103, 40130, 40132)


@check("assumed", LIST, errors=(40132,))
def a_key_needs_a_scheme(session: Session) -> None:
    """A call whose key has no scheme returns 40132."""
    refused(with_key(session, session.client.api_key), 40132)


@check("assumed", LIST, errors=(40132,))
def an_unknown_key_is_refused(session: Session) -> None:
    """A call with an unknown key returns 40132."""
    answer = with_key(session, f"Token {session.id_for('no-such-key')}")
    if answer.code == 0:
        raise Inconclusive("the service accepts any key, as a mock without --api-key does")
    refused(answer, 40132)


@check("assumed", LIST)
def bearer_is_accepted(session: Session) -> None:
    """Authorization: Bearer is accepted like Token."""
    ok(with_key(session, f"Bearer {session.client.api_key}"))["total"].integer()


@check("assumed", LIST)
def a_scheme_may_be_written_small(session: Session) -> None:
    """The scheme before the key ignores case."""
    ok(with_key(session, f"token {session.client.api_key}"))["total"].integer()


@check("documented", LIST, errors=(40000,))
def a_body_is_json(session: Session) -> None:
    """A call whose body is not JSON returns 40000."""
    refused(session.send("POST", LIST, content=b"user_id=ana"), 40000)


@check("documented", LIST, errors=(40000,))
def a_body_is_an_object(session: Session) -> None:
    """A call whose body is a list returns 40000."""
    refused(session.send("POST", LIST, body=["user_id"]), 40000)


@check("documented", LIST, errors=(40000,))
def a_user_id_is_a_text(session: Session) -> None:
    """A call with a number as user_id returns 40000."""
    refused(session.post(LIST, user_id=7), 40000)


@check("assumed", LIST, errors=(40002,))
def no_body_is_an_empty_object(session: Session) -> None:
    """A call without a body is read as one without fields."""
    refused(session.send("POST", LIST, content=b""), 40002)


@check("assumed", LIST)
def the_content_type_is_not_read(session: Session) -> None:
    """A body is read as JSON for any content type."""
    content = f'{{"user_id": "{session.unused_id}"}}'.encode()
    headers = {"content-type": "text/plain"}
    ok(session.send("POST", LIST, content=content, headers=headers))["total"].integer()


@check("assumed", LIST)
def a_doubled_slash_counts_as_one(session: Session) -> None:
    """A doubled slash before the operation, as some clients send it, counts as one."""
    ok(session.post(f"/{LIST}", user_id=session.unused_id))["total"].integer()


@check("assumed", errors=(40001,), backs=("setting http_status",))
def an_unknown_path_is_refused(session: Session) -> None:
    """A path without an operation returns HTTP 404 and code 40001."""
    answer = session.post("no/such/operation")
    http_status(answer).equals(404)
    refused(answer, 40001)


@check("sdk")
def ping_is_not_an_operation(session: Session) -> None:
    """GET ping has HTTP status 404, from which the CLI client concludes that the key is valid."""
    http_status(session.get("ping")).equals(404)


@check("assumed", errors=(40001,))
def chat_completions_is_not_served(session: Session) -> None:
    """chat/completions, which is announced, is not served."""
    refused(session.post("chat/completions", messages=[]), 40001)


@check("assumed", LIST, errors=(40001,))
def a_post_operation_has_no_get(session: Session) -> None:
    """A POST operation is not found with GET."""
    refused(session.get(LIST), 40001)
