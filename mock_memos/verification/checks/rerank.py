"""rerank."""

from mock_memos.verification.check import check
from mock_memos.verification.expectations import Value, descending, envelope, ok, refused
from mock_memos.verification.service import Answer
from mock_memos.verification.session import Site

RERANK = "rerank"
QUERY = "Where is the bicycle?"
DOCUMENTS = ["My sister lives in Porto.", "The bicycle is in the cellar.", "Tea is served hot."]


def rank(site: Site, **more: object) -> Answer:
    """Three documents in order."""
    return site.post(RERANK, query=QUERY, documents=DOCUMENTS, **more)


def outcome(answer: Answer) -> Value:
    """The result, which clients find in the envelope or without one."""
    whole = envelope(answer)
    return ok(answer) if "data" in whole.fields() else whole


@check("documented", RERANK)
def every_document_is_ranked(site: Site) -> None:
    """rerank answers a result for each document: its index, its text and a score."""
    results = outcome(rank(site))["results"]
    results.must(len(results.items()) == len(DOCUMENTS), "three results")
    for one in results.items():
        one["index"].integer()
        one["document"]["text"].filled()
        one["relevance_score"].number()


@check("documented", RERANK)
def an_index_points_into_the_request(site: Site) -> None:
    """index of a result is the place of its document in the request."""
    for one in outcome(rank(site))["results"].some():
        place = one["index"].integer()
        one["index"].must(place < len(DOCUMENTS), "a place in documents")
        one["document"]["text"].equals(DOCUMENTS[place])


@check("documented", RERANK)
def the_best_document_stands_first(site: Site) -> None:
    """Results stand by their score, the best first: here the one that answers the query."""
    results = outcome(rank(site))["results"].some()
    descending(results, "relevance_score")
    results[0]["index"].equals(1)


@check("documented", RERANK)
def only_the_best_are_ranked(site: Site) -> None:
    """top_n is how many results come."""
    results = outcome(rank(site, top_n=1))["results"]
    results.must(len(results.items()) == 1, "one result")


@check("assumed", RERANK)
def more_than_there_are_means_all(site: Site) -> None:
    """top_n over the number of documents means all of them."""
    results = outcome(rank(site, top_n=99))["results"]
    results.must(len(results.items()) == len(DOCUMENTS), "three results")


@check("documented", RERANK)
def a_ranking_counts_its_tokens(site: Site) -> None:
    """rerank tells its model, and the tokens that it used."""
    found = outcome(rank(site))
    found["model"].filled()
    found["usage"]["prompt_tokens"].integer(1)
    found["usage"]["total_tokens"].integer(1)


@check("observed", RERANK)
def a_ranking_has_an_id(site: Site) -> None:
    """The id of a ranking is rerank- and 32 hex digits."""
    outcome(rank(site))["id"].text(r"rerank-[0-9a-f]{32}", "rerank- and 32 hex digits")


@check("observed", RERANK)
def a_ranking_comes_in_the_envelope(site: Site) -> None:
    """The result of rerank stands in data, as in every other answer."""
    ok(rank(site))["results"].some()


@check("assumed", RERANK, backs=("switch rerank_format",))
def a_ranking_comes_in_both_forms(site: Site) -> None:
    """The result of rerank stands in data and, as documented, beside it."""
    answer = rank(site)
    ok(answer)["results"].some()
    envelope(answer)["results"].some()


@check("documented", RERANK, errors=(40002,))
def a_ranking_needs_query_and_documents(site: Site) -> None:
    """rerank without query, or without documents, is refused with 40002."""
    refused(site.post(RERANK, documents=DOCUMENTS), 40002)
    refused(site.post(RERANK, query=QUERY, documents=[]), 40002)


@check("documented", RERANK, errors=(40000,))
def documents_are_a_list(site: Site) -> None:
    """rerank with a text as documents is refused with 40000."""
    refused(site.post(RERANK, query=QUERY, documents="My sister lives in Porto."), 40000)


@check("assumed", RERANK, errors=(40000,))
def at_least_one_document_is_ranked(site: Site) -> None:
    """rerank with top_n 0 is refused with 40000."""
    refused(rank(site, top_n=0), 40000)


@check("documented", RERANK, errors=(40305,), quotas=True)
def a_ranking_has_at_most_8000_tokens(site: Site) -> None:
    """rerank with more than 8,000 tokens is refused with 40305."""
    refused(site.post(RERANK, query=QUERY, documents=["word " * 10_000]), 40305)
