"""Verdicts of Atlassian's own parser (@atlaskit/jql-ast) on queries of ours: every construct, and its near misses."""

import json
from pathlib import Path

import pytest

from connector.jql.errors import JqlError
from connector.jql.parse import parse
from connector.jql.printing import to_text

CORPUS = [json.loads(line) for line in (Path(__file__).parent / "corpus" / "queries.jsonl").read_text().splitlines()]


def is_read(query: str) -> bool:
    try:
        parse(query)
    except JqlError:
        return False
    return True


def test_every_verdict_is_that_of_atlassians_parser() -> None:
    found = [{"jql": one["jql"], "valid": is_read(one["jql"])} for one in CORPUS]

    assert found == CORPUS


def test_the_corpus_holds_hundreds_of_queries_of_either_verdict() -> None:
    valid = sum(one["valid"] for one in CORPUS)

    assert (len(CORPUS) > 900, valid > 400, len(CORPUS) - valid > 400) == (True, True, True)


def test_a_valid_query_is_the_same_once_printed_and_read_again() -> None:
    trees = [parse(one["jql"]) for one in CORPUS if one["valid"]]

    assert [parse(to_text(tree)) for tree in trees] == trees


@pytest.mark.parametrize("query", [one["jql"] for one in CORPUS if not one["valid"]][:60])
def test_an_error_points_into_the_query_at_what_it_names(query: str) -> None:
    with pytest.raises(JqlError) as caught:
        parse(query)

    error = caught.value
    assert query[error.position : error.position + len(error.found)] == error.found
