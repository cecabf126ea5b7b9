import pytest

from connector.jql.errors import JqlError
from tests.jql.world import selects


@pytest.mark.parametrize(
    ("query", "text", "expected"),
    [
        ("summary ~ crane", "Move the Crane", True),
        ("summary ~ cra", "Move the crane", False),
        ("summary ~ 'cran*'", "Move the crane", True),
        ("summary ~ 'cr?ne'", "Move the crane", True),
        ("summary ~ 'crane move'", "Move the crane", True),
        ("summary ~ 'crane lift'", "Move the crane", False),
        ("summary ~ 'crane OR lift'", "Move the crane", True),
        ("summary ~ 'crane NOT move'", "Move the crane", False),
        ("summary ~ 'crane -lift'", "Move the crane", True),
        ("summary ~ '+crane !move'", "Move the crane", False),
        (r'summary ~ "\"the crane\""', "Move the crane", True),
        (r'summary ~ "\"crane the\""', "Move the crane", False),
        (r'summary ~ "\"move the crane\"~3"', "Move the crane", True),
        ("summary ~ tests", "One test failed", True),
        ("summary ~ story", "Two stories", True),
        ("summary ~ plan", "Planning the move", True),
        ("summary ~ customize", "customized doors", True),
        ("summary ~ 'the'", "Move the crane", True),
        ("summary ~ 'a crane'", "Move the crane", True),
        ("summary ~ '3rd-party'", "Use 3rd-party parts", True),
        ("summary ~ 'party-3rd'", "Use 3rd-party parts", False),
        ("summary ~ v1.2", "Release v1.2 today", True),
        ("summary ~ 塔吊", "检查塔吊基础", True),
        ("summary ~ 吊塔", "检查塔吊基础", False),
        ("summary ~ '塔吊 基础'", "塔吊的基础", True),
        ("summary ~ 消防v2", "消防V2验收", True),
        ("summary ~ ＡＢＣ", "abc", True),
        ("summary !~ crane", "Move the lift", True),
        ("summary !~ crane", "Move the crane", False),
        ("summary !~ crane", None, False),
        ("summary ~ ''", "anything", False),
        ("summary ~ '-'", "anything", False),
        ("NOT summary ~ crane", None, False),
    ],
)
def test_contains_finds_words(query: str, text: str | None, expected: bool) -> None:
    assert selects(query, summary=text) is expected


def test_text_looks_into_all_texts_and_comments() -> None:
    fields = {"description": "steel", "customfield_10032": "bolts", "comment": {"comments": [{"body": "paint"}]}}

    assert [selects(f"text ~ {word}", **fields) for word in ("steel", "bolts", "paint", "wood")] == [
        True,
        True,
        True,
        False,
    ]


def test_comment_looks_into_comments_only() -> None:
    fields = {"description": "steel", "comment": {"comments": [{"body": "paint"}, {"body": "dry"}]}}

    assert [selects(f"comment ~ {word}", **fields) for word in ("steel", "dry")] == [False, True]


@pytest.mark.parametrize("word", ["*crane", "?rane", "a *b"])
def test_a_word_cannot_start_with_a_wildcard(word: str) -> None:
    with pytest.raises(JqlError, match="cannot start with"):
        selects(f'summary ~ "{word}"')


def test_many_wildcards_cost_no_time() -> None:
    assert not selects(f"summary ~ {'a' + '*a' * 40 + 'b'}".replace("~ ", '~ "') + '"', summary="a" * 5000)
