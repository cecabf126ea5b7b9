"""KPIs that are worked out: written as rules, computed over a few issues."""

from decimal import Decimal

import pytest

from connector.core.figures.population import Population
from connector.core.findings import KpiFound
from connector.core.issue import Facts, Issue
from connector.core.rules.kpis import find_kpi
from tests.core.build import NOW, finished, issue, project
from tests.rulefiles.reading import problems, rulebook

FIELDS = {"points": "customfield_7", "offer": "customfield_8"}
AROUND = "language: 1\nprojects: [{jira: OPS, fields: {points: customfield_7, offer: customfield_8}}]\nkpis:\n"
WORK = (
    finished(1, "2026-03-04T12:00", started="2026-03-02T12:00", customfield_7=3, customfield_8=4),
    finished(2, "2026-03-11T12:00", started="2026-03-02T12:00", customfield_7=5, customfield_8=4),
    issue(3, customfield_7=8.5, customfield_8=9, labels=["late"], facts=Facts(reopened_n=2, slips=1, blocked_s=7200)),
    issue(4, type="Risk", customfield_7=2, customfield_8=1),
)


def kpi(value: str, *issues: Issue, **keys: str) -> KpiFound:
    more = "".join(f"    {key}: {text}\n" for key, text in keys.items())
    (rule,) = rulebook(f"{AROUND}  - id: one\n    value: >-\n      {value}\n{more}").kpis
    held = project(*(issues or WORK))
    work = tuple(one for one in held.issues if one.fields["issuetype"] != {"name": "Risk"})
    population = Population(work=work, as_of=NOW, timezone=held.timezone, query="project = OPS")
    return find_kpi(rule, held, population, FIELDS)


@pytest.mark.parametrize(
    ("value", "comes_to"),
    [
        pytest.param('count("")', "4", id="count-all"),
        pytest.param('count("issuetype = Task")', "3", id="count"),
        pytest.param('count("issuetype = Task", where="issue.points <= issue.offer")', "2", id="fields-compared"),
        pytest.param('sum("issuetype = Task", of="issue.points")', "16.5", id="sum"),
        pytest.param('sum("labels = nothing", of="issue.points")', "0", id="sum-of-none"),
        pytest.param('sum("", of="issue.points * issue.offer / 2")', "55.25", id="arithmetic-of-an-issue"),
        pytest.param('avg("statusCategory = Done", of="issue.points")', "4", id="avg"),
        pytest.param('median("", of="issue.points")', "3", id="median-is-the-lower-of-two"),
        pytest.param('percentile("", of="issue.points", percent=75)', "5", id="percentile"),
        pytest.param('percentile("", of="issue.points", percent=100)', "8.5", id="greatest"),
        pytest.param('avg("statusCategory = Done", of="issue.cycle_days")', "6.5", id="cycle-days"),
        pytest.param('sum("labels = late", of="issue.reopened + issue.slips + issue.blocked_hours")', "5", id="facts"),
        pytest.param('count("statusCategory = Done") / count("issuetype = Task")', str(Decimal(2) / 3), id="quotient"),
        pytest.param('(figure("work_in_progress") + 1) * 2.5', "2.5", id="a-figure-in-arithmetic"),
        pytest.param('figure("completion", where="labels is EMPTY") * 100', "100.00", id="a-figure-over-some"),
        pytest.param('count("") if count("labels = late") > 0 else count("a" "")', None, id="not-understood"),
    ],
)
def test_a_value_is_worked_out(value: str, comes_to: str | None) -> None:
    if comes_to is None:
        assert problems(f"{AROUND}  - id: one\n    value: >-\n      {value}\n")
        return
    found = kpi(value)

    assert (found.figure.value, found.figure.reason) == (Decimal(comes_to), None)


def test_a_value_carries_what_it_rests_on() -> None:
    figure = kpi('sum("issuetype = Task", of="issue.points")', *WORK, issue(5, labels=["late"])).figure

    assert (figure.name, figure.unit, figure.used, figure.total) == ("one", "count", 3, 4)
    assert (figure.issues, figure.left_out) == (("OPS-1", "OPS-2", "OPS-3"), ("OPS-5",))
    assert figure.query == 'sum("issuetype = Task", of="issue.points")'


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        pytest.param('1 / count("labels = nothing")', "div_zero", id="nothing-to-divide-by"),
        pytest.param('count("labels = nothing") / count("labels = nothing")', "div_zero", id="nothing-by-nothing"),
        pytest.param('avg("labels = nothing", of="issue.points") + 1', "no_data", id="average-of-nothing"),
        pytest.param('figure("on_time_rate", where="labels = x") + 1', "no_data", id="a-figure-without-a-value"),
        pytest.param('sum("", of="issue.summary")', "low_coverage", id="no-numbers"),
        pytest.param('count("", where="issue.duedate < issue.points")', "low_coverage", id="nothing-to-compare"),
        pytest.param('count("") ~ "x"', "not_applicable", id="not-a-number"),
        pytest.param('count("") ** 9999', "not_applicable", id="too-large-to-work-out"),
        pytest.param('10 ** 99 ** count("")', "not_applicable", id="too-large-to-read"),
    ],
)
def test_what_cannot_be_worked_out_has_a_reason_and_no_light(value: str, reason: str) -> None:
    found = kpi(value, target='">= 0"')

    assert (found.figure.value, found.figure.reason, found.light) == (None, reason, "grey")


def test_a_term_that_is_not_needed_may_lack_its_value() -> None:
    found = kpi('avg("labels = nothing", of="issue.points") if count("labels = nothing") else count("")')

    assert found.figure.value == 4


@pytest.mark.parametrize(
    ("value", "keys", "unit"),
    [
        pytest.param('count("") / count("")', {}, "ratio", id="quotient"),
        pytest.param('count("") / count("")', {"unit": "days"}, "days", id="as-written"),
        pytest.param('figure("throughput") * 2', {}, "per week", id="of-the-first-term"),
        pytest.param('avg("", of="issue.points")', {"unit": "points"}, "points", id="points"),
    ],
)
def test_a_value_has_a_unit(value: str, keys: dict[str, str], unit: str) -> None:
    born = issue(6, created="2026-01-05T09:00:00.000+0000")

    found = kpi(value, *WORK, born, **keys)

    assert found.figure.unit == unit


def test_a_target_is_compared_with_the_unrounded_value() -> None:
    found = kpi('count("statusCategory = Done") / count("issuetype = Task")', target='">= 66.7 %"', amber='">= 66 %"')

    assert (found.light, found.target, found.amber) == ("amber", ">= 0.667", ">= 0.66")


@pytest.mark.parametrize(
    ("value", "told"),
    [
        pytest.param("count", "'count' is not a figure", id="not-called"),
        pytest.param("3 + 4", "'3 + 4' is not a figure", id="only-numbers"),
        pytest.param('cuont("")', "there is no function 'cuont'; did you mean 'count'?", id="unknown-function"),
        pytest.param("count(issue)", "count is given what is no text between quotes", id="no-text"),
        pytest.param('sum("labels = x")', "sum of what is not said", id="of-is-missing"),
        pytest.param('count("", of="issue.points")', "count takes no 'of'", id="of-too-many"),
        pytest.param('count("statsu = x")', "JQL: there is no field 'statsu'; did you mean 'Status'?", id="jql"),
        pytest.param('sum("", of="issue.pionts")', "an issue has no 'pionts'; did you mean 'points'?", id="word"),
        pytest.param('count("", where="issue.points <")', "value: ", id="where-cannot-be-read"),
        pytest.param('count("", where="x > 1")', "value: there is no 'x' here", id="where-names-nothing"),
        pytest.param('percentile("", of="1", percent=0)', "0 is no percentile", id="percent"),
        pytest.param('count("") + issue.points', "there is no 'issue' here", id="no-issue-here"),
        pytest.param('count("") | shout', "there is no filter 'shout'", id="unknown-filter"),
        pytest.param(" + ".join(f'count("labels = {n}")' for n in range(21)), "21 calls stand in one value", id="many"),
    ],
)
def test_what_is_wrong_with_a_value_is_told(value: str, told: str) -> None:
    found = problems(f"{AROUND}  - id: one\n    value: >-\n      {value}\n")

    assert len(found) == 1
    assert told in found[0]


def test_a_rule_that_reads_the_time_in_a_value_needs_a_tick() -> None:
    timeless = rulebook(AROUND + "  - {id: one, value: 'count(\"labels = x\") + 1'}\n")
    timely = rulebook(AROUND + "  - {id: one, value: 'count(\"duedate < startOfDay()\") + 1'}\n")

    assert (timeless.reads_time(), timely.reads_time()) == (False, True)
