"""What queries select among seven issues of two invented projects, worked out by hand from Atlassian's documentation.

Asked on Wednesday 4 March 2026, 10:30 in Shanghai, by Mei Lin. `because` says which documented rule decides.
"""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from connector.cli.issue_files import read_issues
from connector.cli.jql import scope_of
from connector.core.fields import FieldCatalog
from connector.jql.compile import compile_jql

HERE = Path(__file__).parent / "corpus"
CORPUS = [json.loads(line) for line in (HERE / "matches.jsonl").read_text(encoding="utf-8").split("\n") if line]
FILE = read_issues(HERE / "issues.jsonl", HERE / "fields.json", has_user=True)
CATALOG = FieldCatalog(
    FILE.catalog.fields,
    reach=replace(FILE.catalog.reach, groups=frozenset({"crew"}), has_leads=True, has_component_leads=True),
)
SCOPE = replace(
    scope_of(FILE, datetime(2026, 3, 4, 2, 30, tzinfo=UTC), ZoneInfo("Asia/Shanghai"), "712:mei"),
    members={"crew": frozenset({"712:mei", "712:tom"})},
    leads={"OPS": "712:tom", "MKT": "712:mei"},
    component_leads={"20": "712:mei", "21": "712:ana"},
)


@pytest.mark.parametrize("case", CORPUS, ids=[one["jql"] for one in CORPUS])
def test_a_query_selects_what_the_documentation_says(case: dict[str, object]) -> None:
    found = compile_jql(str(case["jql"]), CATALOG).select(FILE.issues, SCOPE)

    assert [one.key for one in found] == case["keys"], case["because"]


@pytest.mark.parametrize("case", CORPUS[::7], ids=[one["jql"] for one in CORPUS[::7]])
def test_an_explanation_agrees_with_the_answer(case: dict[str, object]) -> None:
    selector = compile_jql(str(case["jql"]), CATALOG)

    explained = [selector.explain(one, SCOPE) for one in FILE.issues]

    assert {issue.key for issue, why in zip(FILE.issues, explained, strict=True) if why.matches} == {
        *map(str, case["keys"])  # type: ignore[call-overload]
    }
    assert all(clause.seen for why in explained for clause in why.clauses)
