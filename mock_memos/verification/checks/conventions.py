"""What holds for every operation: keys, envelope, statuses, and how requests are read."""

from mock_memos.core.service_errors import ERRORS
from mock_memos.verification.check import check
from mock_memos.verification.checks.fixtures import NO_ID, Trip
from mock_memos.verification.expectations import (
    Unasked,
    Value,
    content_type,
    envelope,
    http_status,
    ok,
    refused,
)
from mock_memos.verification.service import Answer
from mock_memos.verification.session import Site

LIST, SEARCH, STATUS = "get/memory", "search/memory", "get/status"


def with_key(site: Site, authorization: str) -> Answer:
    """A call with another Authorization header."""
    body = {"user_id": site.name("nil")}
    return site.send("POST", LIST, body=body, headers={"authorization": authorization})


@check("documented", LIST)
def a_success_says_ok(site: Site, trip: Trip) -> None:
    """A success has HTTP status 200, code 0, the message ok, and data."""
    whole = envelope(trip.listed)
    http_status(trip.listed).equals(200)
    whole["code"].equals(0)
    whole["message"].equals("ok")
    whole["data"].fields()


@check("documented", LIST)
def an_answer_is_json(site: Site, trip: Trip) -> None:
    """An answer has the content type application/json."""
    content_type(trip.listed).text(r"application/json\b.*", "application/json")


@check("observed", LIST)
def the_envelope_keeps_its_order(site: Site, trip: Trip) -> None:
    """The envelope holds code, data and message, in this order."""
    order = list(envelope(trip.listed).fields())
    Value(order, f"{LIST}: names of fields").equals(["code", "data", "message"])


@check("observed", STATUS)
def an_error_has_no_data(site: Site) -> None:
    """data of an error is null."""
    refused(site.post(STATUS, task_id=NO_ID), 50131)["data"].equals(None)


@check("assumed", STATUS, SEARCH, "delete/memory", "update/memory")
def an_error_has_its_text(site: Site) -> None:
    """The message of an error is the English text of the documentation."""
    user_id = site.name("nil")
    for answer in (
        site.post(STATUS, task_id=NO_ID),
        site.post(STATUS),
        site.post(SEARCH, user_id="u" * 101, query="q"),
        site.post("delete/memory", user_id=user_id),
        site.post("update/memory", memory_id=NO_ID, content="x"),
    ):
        whole = refused(answer, *ERRORS)
        whole["message"].equals(ERRORS[whole["code"].integer()].message)


@check("assumed", LIST, backs=("switch http_status",))
def a_wrong_request_has_the_status_400(site: Site) -> None:
    """An error 400xx has the HTTP status 400."""
    answer = site.post(LIST)
    refused(answer, 40002)
    http_status(answer).equals(400)


@check("assumed", "delete/memory", backs=("switch http_status",))
def a_forbidden_request_has_the_status_403(site: Site) -> None:
    """An error 403xx has the HTTP status 403."""
    answer = site.post("delete/memory", user_id=site.name("nil"))
    refused(answer, 40308)
    http_status(answer).equals(403)


@check("assumed", LIST, errors=(40100,), backs=("switch http_status",))
def a_call_needs_a_key(site: Site) -> None:
    """A call without Authorization is refused with 40100 and the HTTP status 401."""
    answer = with_key(site, "")
    refused(answer, 40100)
    http_status(answer).equals(401)


@check("documented", LIST)
def a_call_without_a_key_is_refused(site: Site) -> None:
    """A call without Authorization is refused, with one of the codes for keys."""
    refused(with_key(site, ""), 40100, 40103, 40130, 40132)


@check("assumed", LIST, errors=(40132,))
def a_key_needs_a_scheme(site: Site) -> None:
    """A key without a scheme before it is refused with 40132."""
    refused(with_key(site, site.target.api_key), 40132)


@check("assumed", LIST, errors=(40132,))
def an_unknown_key_is_refused(site: Site) -> None:
    """A key that nobody has is refused with 40132."""
    answer = with_key(site, f"Token {site.name('no-such-key')}")
    if answer.code == 0:
        raise Unasked("the target takes any key, as a double does that was given none")
    refused(answer, 40132)


@check("assumed", LIST)
def bearer_is_accepted(site: Site) -> None:
    """Authorization: Bearer is accepted like Token."""
    ok(with_key(site, f"Bearer {site.target.api_key}"))["total"].integer()


@check("assumed", LIST)
def a_scheme_may_be_written_small(site: Site) -> None:
    """The word before the key may be written in small letters."""
    ok(with_key(site, f"token {site.target.api_key}"))["total"].integer()


@check("documented", LIST, errors=(40000,))
def a_body_is_json(site: Site) -> None:
    """A body that is no JSON is refused with 40000."""
    refused(site.send("POST", LIST, content=b"user_id=ana"), 40000)


@check("documented", LIST, errors=(40000,))
def a_body_is_an_object(site: Site) -> None:
    """A body that is a list is refused with 40000."""
    refused(site.send("POST", LIST, body=["user_id"]), 40000)


@check("documented", LIST, errors=(40000,))
def a_user_id_is_a_text(site: Site) -> None:
    """A number as user_id is refused with 40000."""
    refused(site.post(LIST, user_id=7), 40000)


@check("assumed", LIST, errors=(40002,))
def no_body_is_an_empty_object(site: Site) -> None:
    """A call without a body is read as one without fields."""
    refused(site.send("POST", LIST, content=b""), 40002)


@check("assumed", LIST)
def the_content_type_is_not_read(site: Site) -> None:
    """A body is read as JSON whatever its content type."""
    content = f'{{"user_id": "{site.name("nil")}"}}'.encode()
    headers = {"content-type": "text/plain"}
    ok(site.send("POST", LIST, content=content, headers=headers))["total"].integer()


@check("assumed", LIST)
def a_doubled_slash_counts_as_one(site: Site) -> None:
    """A doubled slash before the operation, as some clients send it, counts as one."""
    ok(site.post(f"/{LIST}", user_id=site.name("nil")))["total"].integer()


@check("assumed", errors=(40001,), backs=("switch http_status",))
def an_unknown_path_is_refused(site: Site) -> None:
    """A path that is no operation is refused with the HTTP status 404 and the code 40001."""
    answer = site.post("no/such/operation")
    http_status(answer).equals(404)
    refused(answer, 40001)


@check("sdk")
def ping_is_no_operation(site: Site) -> None:
    """GET ping has the HTTP status 404, by which the CLI client tells that the key is right."""
    http_status(site.get("ping")).equals(404)


@check("assumed", errors=(40001,))
def chat_completions_is_not_served(site: Site) -> None:
    """chat/completions, which is announced, is not served."""
    refused(site.post("chat/completions", messages=[]), 40001)


@check("assumed", LIST, errors=(40001,))
def a_post_operation_has_no_get(site: Site) -> None:
    """An operation that is asked with POST is not found with GET."""
    refused(site.get(LIST), 40001)
