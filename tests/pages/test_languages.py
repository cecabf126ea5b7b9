import re
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import get_args
from zoneinfo import ZoneInfo

import pytest
from babel.messages.catalog import Message

from connector.core.figures.catalog import FIGURES
from connector.core.figures.figure import Figure, NullReason
from connector.core.findings import CriterionState, Decision, GateState, Light, Recommendation
from connector.pages.languages import LANGUAGES, UnknownLanguage, catalogue, message_ids, translate

ROOT = Path(__file__).parents[2]
PLACE = re.compile(r"\{[\w.:]+\}")
AS_OF = datetime(2026, 3, 5, 23, 30, tzinfo=UTC)


def forms(message: Message) -> tuple[str, ...]:
    return (message.string,) if isinstance(message.string, str) else tuple(message.string)


def messages(language: str) -> dict[str, tuple[str, ...]]:
    return {
        (one.id if isinstance(one.id, str) else one.id[0]): forms(one)
        for one in catalogue(language)
        if one.id and not one.fuzzy
    }


def test_all_languages_have_the_same_messages() -> None:
    assert {language: set(messages(language)) for language in LANGUAGES} == {
        language: set(message_ids()) for language in LANGUAGES
    }


def test_every_message_says_something_in_every_language() -> None:
    empty = [
        (one, name) for one in LANGUAGES for name, texts in messages(one).items() if not all(map(str.strip, texts))
    ]

    assert empty == []


def test_every_message_has_the_same_places_in_every_language() -> None:
    english, chinese = messages("en"), messages("zh_CN")
    # A plural form may leave its number out ("once"); the last form has them all.
    different = [
        name for name in english if set(PLACE.findall(english[name][-1])) != set(PLACE.findall(chinese[name][-1]))
    ]

    assert different == []


def test_no_singular_has_a_place_its_plural_lacks() -> None:
    odd = [
        name
        for language in LANGUAGES
        for name, texts in messages(language).items()
        if not all(set(PLACE.findall(one)) <= set(PLACE.findall(texts[-1])) for one in texts)
    ]

    assert odd == []


def test_chinese_uses_full_width_punctuation() -> None:
    half = re.compile(r"[\u4e00-\u9fff”}]\s?[,:;?!()]|[,;?!()]\s?[\u4e00-\u9fff“]")

    assert [name for name, texts in messages("zh_CN").items() if any(half.search(one) for one in texts)] == []


def test_every_word_of_the_core_has_a_message() -> None:
    words = {
        "gate.state": get_args(GateState),
        "gate.recommendation": get_args(Recommendation),
        "gate.decision": get_args(Decision),
        "criterion.state": get_args(CriterionState),
        "light": get_args(Light),
        "page.why": get_args(Light),
        "null": get_args(NullReason),
        "kpi": tuple(FIGURES),
    }

    missing = [
        f"{prefix}.{one}" for prefix, ones in words.items() for one in ones if f"{prefix}.{one}" not in message_ids()
    ]

    assert missing == []


def test_every_message_that_the_code_names_exists() -> None:
    named = re.compile(
        r'"((?:gate|criterion|risk|light|timeline|goal|kpi|phase|unit|figure|list|null)\.[a-z_.]*[a-z_])"'
    )
    sources = [*(ROOT / "connector/core").rglob("*.py"), *(ROOT / "connector/pages").glob("*.py")]
    # These are prefixes, completed by a value.
    prefixes = {"gate.recommendation", "gate.decision", "criterion.state"}

    # These are events that rules answer to.
    events = {"gate.decided", "kpi.crossed", "risk.band_changed"}

    found = {name for path in sources for name in named.findall(path.read_text("utf-8"))} - prefixes - events

    assert len(found) > 20
    assert found - message_ids() == set()


def test_every_shipped_title_exists() -> None:
    titled = re.compile(r"\btitle: ([a-z_]+(?:\.[\w-]+)+)")

    found = {name for path in (ROOT / "rules").rglob("*.yaml") for name in titled.findall(path.read_text("utf-8"))}

    assert len(found) > 5
    assert found - message_ids() == set()


@pytest.mark.parametrize(
    ("locale", "said"),
    [
        ("en", "2 of 48 work items do not meet it"),
        ("en_GB", "2 of 48 work items do not meet it"),
        ("zh_CN", "48 个工作项中有 2 个不符合"),
        ("zh-CN", "48 个工作项中有 2 个不符合"),
        ("zh_TW", "48 个工作项中有 2 个不符合"),
    ],
)
def test_a_message_is_said_in_the_language_of_the_locale(locale: str, said: str) -> None:
    assert translate(locale)("gate.criterion.every.fail", count=2, total=48) == said


def test_a_message_follows_its_count() -> None:
    say = translate("en")

    assert [say("page.overdue_n", count=count) for count in (0, 1, 2)] == [
        "0 work items overdue",
        "1 work item overdue",
        "2 work items overdue",
    ]


def test_an_unknown_message_shows_its_id() -> None:
    assert translate("zh_CN")("gate.no.such", count=3) == "gate.no.such"


def test_an_unknown_locale_is_refused_with_those_that_exist() -> None:
    with pytest.raises(UnknownLanguage, match="'fr'; use one of en, zh_CN"):
        translate("fr")


def test_what_is_filled_in_is_never_a_place_itself() -> None:
    said = translate("en")("gate.reason", criterion="{reason} {0.__class__} %s", reason="{criterion}")

    assert said == "{reason} {0.__class__} %s: {criterion}"


def test_a_missing_value_leaves_its_place() -> None:
    assert translate("en")("gate.reason", criterion="Owners") == "Owners: {reason}"


@pytest.mark.parametrize(
    ("locale", "said"),
    [
        ("en", "On-time rate is 89.5%, required: ≥ 90%"),
        ("zh_CN", "准时完成率：89.5%，要求 ≥ 90%"),
    ],
)
def test_titles_numbers_and_bounds_are_told_in_the_language(locale: str, said: str) -> None:
    values = {"kpi": {"id": "kpi.on_time_rate"}, "value": Decimal("0.895"), "unit": "ratio", "threshold": ">= 0.9"}

    assert translate(locale)("gate.criterion.kpi.fail", **values) == said


@pytest.mark.parametrize(
    ("locale", "said"),
    [
        ("en", "1 of 3 approvals; still missing: Sponsor, pm; refused by Li Wei, {roles}"),
        ("zh_CN", "已有 1/3 项批准，尚缺：发起人、pm；由 Li Wei、{roles} 驳回"),
    ],
)
def test_roles_and_people_are_listed_as_the_language_does(locale: str, said: str) -> None:
    roles = [{"en": "Sponsor", "zh_CN": "发起人"}, {"en": "pm"}]
    values = {"given": 1, "asked": 3, "roles": roles, "refused": ["Li Wei", "{roles}"]}

    assert translate(locale)("gate.criterion.approvals.refused", **values) == said


@pytest.mark.parametrize(
    ("locale", "said"),
    [
        ("en", "The due date was put off from Feb 8, 2026 to Mar 1, 2026"),
        ("zh_CN", "到期日由 2026年2月8日推迟到 2026年3月1日"),
    ],
)
def test_dates_from_the_store_are_told_in_the_language(locale: str, said: str) -> None:
    assert translate(locale)("timeline.slip", before="2026-02-08", after="2026-03-01", days=21) == said


def test_a_code_with_no_message_is_told_as_it_is() -> None:
    assert (
        translate("en")("timeline.risk.band", band="catastrophic", score=25)
        == "The risk became catastrophic (score 25)"
    )


@pytest.mark.parametrize(
    ("value", "english", "chinese"),
    [
        pytest.param(("a", "b"), "a, b", "a、b", id="several"),
        pytest.param(Decimal("12345.6"), "12,345.6", "12,345.6", id="number"),
        pytest.param(AS_OF, "Mar 6, 2026 07:30", "2026年3月6日 07:30", id="moment-in-the-time-zone"),
        pytest.param(date(2026, 3, 5), "Mar 5, 2026", "2026年3月5日", id="day"),
        pytest.param({"en": "Owners", "zh_CN": "责任人"}, "Owners", "责任人", id="title"),
        pytest.param({"en": "Owners"}, "Owners", "Owners", id="title-in-one-language"),
        pytest.param({"id": "kpi.overdue"}, "Overdue work items", "逾期工作项", id="shipped-title"),
        pytest.param(None, "", "", id="nothing"),
        pytest.param(
            Figure(name="throughput", unit="per week", as_of=AS_OF, value=Decimal("3.25")),
            "3.3 per week",
            "每周 3.3 个",
            id="figure",
        ),
        pytest.param(
            Figure(name="cpi", unit="ratio", as_of=AS_OF, value=None, reason="no_baseline"),
            "there is no baseline",
            "无基准",
            id="null",
        ),
    ],
)
def test_values_are_shown_as_the_language_does(value: object, english: str, chinese: str) -> None:
    zone = ZoneInfo("Asia/Shanghai")

    assert (translate("en", zone).show(value), translate("zh_CN", zone).show(value)) == (english, chinese)
