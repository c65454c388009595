"""rerank."""

from mock_memos.verification.check import check
from mock_memos.verification.expectations import Value, descending, envelope, ok, refused
from mock_memos.verification.service import ServiceResponse
from mock_memos.verification.session import Session

RERANK = "rerank"
QUERY = "Where is the bicycle?"
DOCUMENTS = ["My sister lives in Porto.", "The bicycle is in the cellar.", "Tea is served hot."]


def rank(session: Session, **fields: object) -> ServiceResponse:
    """Three documents in order."""
    return session.post(RERANK, query=QUERY, documents=DOCUMENTS, **fields)


def outcome(answer: ServiceResponse) -> Value:
    """The result, which clients find in the envelope or without one."""
    whole = envelope(answer)
    return ok(answer) if "data" in whole.fields() else whole


@check("documented", RERANK)
def every_document_is_ranked(session: Session) -> None:
    """rerank returns a result for each document: its index, its text and a score."""
    results = outcome(rank(session))["results"]
    results.expect(len(results.items()) == len(DOCUMENTS), "three results")
    for item in results.items():
        item["index"].integer()
        item["document"]["text"].non_empty_text()
        item["relevance_score"].number()


@check("documented", RERANK)
def an_index_points_into_the_request(session: Session) -> None:
    """index of a result is the place of its document in the request."""
    for item in outcome(rank(session))["results"].non_empty_list():
        index = item["index"].integer()
        item["index"].expect(index < len(DOCUMENTS), "a place in documents")
        item["document"]["text"].equals(DOCUMENTS[index])


@check("documented", RERANK)
def the_best_document_is_first(session: Session) -> None:
    """Results are sorted by score, best first."""
    results = outcome(rank(session))["results"].non_empty_list()
    descending(results, "relevance_score")
    results[0]["index"].equals(1)


@check("documented", RERANK)
def only_the_best_are_ranked(session: Session) -> None:
    """top_n is the number of results."""
    results = outcome(rank(session, top_n=1))["results"]
    results.expect(len(results.items()) == 1, "one result")


@check("assumed", RERANK)
def more_than_there_are_means_all(session: Session) -> None:
    """top_n over the number of documents means all of them."""
    results = outcome(rank(session, top_n=99))["results"]
    results.expect(len(results.items()) == len(DOCUMENTS), "three results")


@check("documented", RERANK)
def a_ranking_counts_its_tokens(session: Session) -> None:
    """rerank returns its model and the used tokens."""
    result = outcome(rank(session))
    result["model"].non_empty_text()
    result["usage"]["prompt_tokens"].integer(1)
    result["usage"]["total_tokens"].integer(1)


@check("observed", RERANK)
def a_ranking_has_an_id(session: Session) -> None:
    """The id of a ranking is rerank- and 32 hex digits."""
    outcome(rank(session))["id"].text(r"rerank-[0-9a-f]{32}", "rerank- and 32 hex digits")


@check("observed", RERANK)
def a_ranking_comes_in_the_envelope(session: Session) -> None:
    """The result of rerank is in data, as in every other response."""
    ok(rank(session))["results"].non_empty_list()


@check("assumed", RERANK, backs=("setting rerank_format",))
def a_ranking_comes_in_both_forms(session: Session) -> None:
    """The result of rerank is in data and, as documented, at the top level."""
    answer = rank(session)
    ok(answer)["results"].non_empty_list()
    envelope(answer)["results"].non_empty_list()


@check("documented", RERANK, errors=(40002,))
def a_ranking_needs_query_and_documents(session: Session) -> None:
    """rerank without query, or without documents, returns 40002."""
    refused(session.post(RERANK, documents=DOCUMENTS), 40002)
    refused(session.post(RERANK, query=QUERY, documents=[]), 40002)


@check("documented", RERANK, errors=(40000,))
def documents_are_a_list(session: Session) -> None:
    """rerank with a text as documents returns 40000."""
    refused(session.post(RERANK, query=QUERY, documents="My sister lives in Porto."), 40000)


@check("assumed", RERANK, errors=(40000,))
def at_least_one_document_is_ranked(session: Session) -> None:
    """rerank with top_n 0 returns 40000."""
    refused(rank(session, top_n=0), 40000)


@check("documented", RERANK, errors=(40305,), quotas=True)
def a_ranking_has_at_most_8000_tokens(session: Session) -> None:
    """rerank with more than 8,000 tokens returns 40305."""
    refused(session.post(RERANK, query=QUERY, documents=["word " * 10_000]), 40305)
