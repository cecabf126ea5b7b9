"""The words of the web pages."""

import re
from pathlib import Path

import pytest

import connector.sandbox.web
from connector.sandbox.refusal import jira_refusal
from connector.sandbox.web.refusals import said_by
from connector.sandbox.web.words import CHINESE, Texts

HERE = Path(connector.sandbox.web.__file__).parent
TEMPLATES = sorted((HERE / "templates").rglob("*.html"))
MODULES = sorted(HERE.glob("*.py"))
CALL = re.compile(r"""\bt\(\s*(?:"([^"]+)"|'([^']+)')|texts\(\)\(\s*"([^"]+)\"""")


def words_of(path: Path) -> set[str]:
    found = CALL.findall(path.read_text(encoding="utf-8"))
    return {next(filter(None, groups)) for groups in found}


@pytest.mark.parametrize("path", [*TEMPLATES, *MODULES], ids=lambda path: path.name)
def test_every_word_on_a_page_has_its_chinese(path: Path) -> None:
    assert words_of(path) - CHINESE.keys() == set()


def test_no_chinese_is_kept_for_a_word_that_no_page_uses() -> None:
    everything = "\n".join(one.read_text(encoding="utf-8") for one in [*TEMPLATES, *MODULES] if one.stem != "words")

    unused = {one for one in CHINESE if f'"{one}"' not in everything and f"'{one}'" not in everything}

    assert unused == set()


@pytest.mark.parametrize("english", CHINESE)
def test_both_languages_fill_in_the_same_values(english: str) -> None:
    assert sorted(re.findall(r"\{\w+\}", CHINESE[english])) == sorted(re.findall(r"\{\w+\}", english))


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_no_template_holds_words_outside_the_catalogue(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    bare = re.sub(
        r"\{% block product %\}.*?\{% endblock %\}|\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}|<[^>]*>",
        " ",
        source,
        flags=re.DOTALL,
    )

    assert set(re.findall(r"[A-Za-z]{3,}", bare)) <= {"Jira", "Confluence", "JQL", "Webhooks"}


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        ("Resolution is required.", "必须填写“Resolution”。"),
        ("The label 'a b' contains spaces which is invalid.", "标签“a b”不能包含空格。"),
        ("The value 'NOPE' does not exist for the field 'project'.", "字段“project”中不存在值“NOPE”。"),
        ("A value with ID '7' does not exist for the field 'status'.", "字段“status”中不存在 ID 为“7”的值。"),
        ("An issue with key 'A-9' does not exist for field 'key'.", "字段“key”中不存在关键字为“A-9”的问题。"),
        (
            "The user 'zoe' does not exist and cannot be used in the 'by' predicate.",
            "用户“zoe”不存在，不能用在“by”之后。",
        ),
        (
            "Error in the JQL Query: JQL 1:1: there is no field 'projekt'; did you mean 'project'?",
            "JQL 查询有误：第 1 行第 1 列，没有名为 'projekt' 的字段；您是否想输入 'project'？",
        ),
        ("Something that nobody foresaw", "Something that nobody foresaw"),
    ],
)
def test_what_jira_refuses_is_said_in_chinese(english: str, chinese: str) -> None:
    said = said_by(jira_refusal(400, english), Texts("zh_CN"))

    assert said.messages == [chinese]
