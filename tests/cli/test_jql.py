import gzip
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from connector.cli.jql import jql

PROJECT = {"id": "10000", "key": "OPS", "name": "Operations"}
LI = {"accountId": "712:li", "displayName": "Li Wen", "emailAddress": "li.wen@example.com"}
AT = ["--now", "2026-03-04T10:30:00+08:00", "--tz", "Asia/Shanghai"]


def asked(command: str, queries: str, *arguments: str) -> Result:
    return CliRunner().invoke(jql, [command, *arguments], input=queries.encode())


def answers(result: Result) -> list[dict[str, object]]:
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.split("\n") if line]


def issue(number: int, **fields: object) -> dict[str, object]:
    whole = {"project": PROJECT, "summary": f"Work {number}", "created": "2026-03-01T09:00:00.000+0800", **fields}
    return {"id": str(1000 + number), "key": f"OPS-{number}", "fields": whole}


def history(number: int, *items: dict[str, object]) -> dict[str, object]:
    return {"id": str(number), "author": LI, "created": "2026-03-02T09:00:00.000+0800", "items": list(items)}


def file_of(folder: Path, *issues: dict[str, object]) -> str:
    path = folder / "issues.jsonl"
    path.write_text("".join(json.dumps(one, ensure_ascii=False) + "\n" for one in issues), encoding="utf-8")
    return str(path)


def test_every_query_is_judged_and_an_error_has_its_place() -> None:
    result = asked("parse", 'status = Done\n\nstatus == Done\nsummary ~ "塔吊" AND\n')

    assert answers(result) == [
        {"jql": "status = Done", "valid": True, "error": None, "at": None},
        {"jql": "status == Done", "valid": False, "error": answers(result)[1]["error"], "at": [8, 9]},
        {"jql": 'summary ~ "塔吊" AND', "valid": False, "error": answers(result)[2]["error"], "at": [18, 18]},
    ]
    assert answers(result)[1]["error"] == "JQL 1:9: found '=', expected EMPTY or a name or value"


def test_line_breaks_and_tabs_are_written_with_a_backslash(tmp_path: Path) -> None:
    queries = tmp_path / "queries.txt"
    queries.write_text("a = b\\n\\tAND c = d\nfield does not exist\\n= 1\n", encoding="utf-8")

    result = CliRunner().invoke(jql, ["parse", str(queries)])

    assert [(one["jql"], one["valid"]) for one in answers(result)] == [
        ("a = b\n\tAND c = d", True),
        ("field does not exist\n= 1", False),
    ]


def test_queries_are_answered_from_a_file_in_their_order_or_the_files(tmp_path: Path) -> None:
    file = file_of(tmp_path, issue(2, duedate="2026-03-05"), issue(1, duedate="2026-03-03"), issue(3, duedate=None))

    result = asked("match", "project = OPS\nduedate <= 1d ORDER BY duedate\n", "--issues", file, *AT)

    assert answers(result) == [
        {"jql": "project = OPS", "count": 3, "keys": ["OPS-2", "OPS-1", "OPS-3"]},
        {"jql": "duedate <= 1d ORDER BY duedate", "count": 2, "keys": ["OPS-1", "OPS-2"]},
    ]


@pytest.mark.parametrize(
    ("query", "error", "at"),
    [
        ("duedate < now()", "none of the issues carries the field 'duedate', so nobody can say what it holds", [0, 7]),
        ("ORDER BY rnk", "there is no field 'rnk'", [9, 12]),
        ("status WAS Done", "WAS needs the issues' histories, and none is at hand", [7, 10]),
        (
            "assignee = currentUser()",
            "currentUser() cannot be answered: it is not known who asks; name the person",
            [11, 22],
        ),
        (
            "assignee in membersOf(crew)",
            "membersOf() cannot be answered: the members of 'crew' are not known, no group's are known; "
            "name the people",
            [12, 21],
        ),
        (
            "issue in linkedIssues(OPS-1)",
            "linkedIssues() cannot be answered: none of the issues carries issuelinks",
            [9, 21],
        ),
        (
            "key in updatedBy(li)",
            "updatedBy() cannot be answered: the issues' histories are not at hand",
            [7, 16],
        ),
        (
            "project in projectsLeadByUser(li)",
            "projectsLeadByUser() cannot be answered: it is not known who leads projects; name the projects",
            [11, 29],
        ),
        ("watcher = li", "the field 'watcher' is Jira's, but what it holds is not mirrored", [0, 7]),
        ("created >= updated", "'updated' is no date or time", [11, 18]),
        ("summary = x", "the field 'summary' does not take =; it takes ~, !~, IS or IS NOT", [8, 9]),
    ],
)
def test_what_the_file_cannot_answer_is_an_error_and_never_nothing(
    tmp_path: Path, query: str, error: str, at: list[int]
) -> None:
    file = file_of(tmp_path, issue(1, status={"name": "Done"}, assignee=None))

    (answer,) = answers(asked("match", query, "--issues", file, *AT))

    assert (set(answer), answer["at"]) == ({"jql", "error", "at"}, at)
    assert error in str(answer["error"])


def test_who_asks_may_be_told(tmp_path: Path) -> None:
    file = file_of(tmp_path, issue(1, assignee=LI), issue(2, assignee=None))

    (answer,) = answers(asked("match", "assignee = currentUser()", "--issues", file, *AT, "--user", "712:li"))

    assert answer["keys"] == ["OPS-1"]


def test_custom_fields_are_known_by_id_and_by_the_names_that_histories_give_them(tmp_path: Path) -> None:
    moved = history(1, {"field": "Story Points", "fieldId": "customfield_10016", "from": None, "to": "5"})
    file = file_of(
        tmp_path,
        {**issue(1, customfield_10016=5), "changelog": {"histories": [moved]}},
        issue(2, customfield_10016=None, customfield_10020=[{"id": 7, "state": "active", "boardId": 1}]),
    )
    queries = 'cf[10016] = 5\ncustomfield_10016 > 4\n"Story Points" = 5\nsprint in openSprints()\n'

    result = asked("match", queries, "--issues", file, *AT)

    assert [one["keys"] for one in answers(result)] == [["OPS-1"], ["OPS-1"], ["OPS-1"], ["OPS-2"]]


def test_custom_fields_are_known_by_the_names_in_the_issues(tmp_path: Path) -> None:
    named = {"names": {"customfield_1": "Go live"}, "schema": {"customfield_1": {"type": "date"}}}
    file = file_of(tmp_path, {**issue(1, customfield_1="2026-03-09"), **named})

    (answer,) = answers(asked("match", '"Go live" > now()', "--issues", file, *AT))

    assert answer["keys"] == ["OPS-1"]


def test_custom_fields_are_known_by_the_sites_own_list(tmp_path: Path) -> None:
    file = file_of(tmp_path, issue(1, customfield_1=None), issue(2, customfield_1={"value": "Yes"}))
    fields = tmp_path / "fields.json"
    fields.write_text(json.dumps([{"id": "customfield_1", "name": "Audited", "schema": {"type": "option"}}]))

    (answer,) = answers(asked("match", "Audited = yes", "--issues", file, "--fields", str(fields), *AT))

    assert answer["keys"] == ["OPS-2"]


def test_histories_of_a_packed_file_are_asked_by_the_names_of_people(tmp_path: Path) -> None:
    done = history(1, {"field": "status", "fieldId": "status", "fromString": "To Do", "toString": "Done"})
    told = {**issue(1, status={"name": "Done"}), "changelog": {"histories": [done]}}
    file = tmp_path / "issues.jsonl.gz"
    file.write_bytes(gzip.compress(json.dumps(told).encode()))

    result = asked("match", 'status CHANGED TO Done BY "Li Wen" ON 2026-03-02\n', "--issues", str(file), *AT)

    assert answers(result) == [
        {"jql": 'status CHANGED TO Done BY "Li Wen" ON 2026-03-02', "count": 1, "keys": ["OPS-1"]}
    ]


def test_priorities_of_a_file_are_ordered_by_jiras_names_else_by_their_ids(tmp_path: Path) -> None:
    known = [issue(1, priority={"id": "9", "name": "Highest"}), issue(2, priority={"id": "1", "name": "Low"})]
    own = [issue(1, priority={"id": "9", "name": "P1"}), issue(2, priority={"id": "10", "name": "P2"})]

    by_name = asked("match", "priority > Low", "--issues", file_of(tmp_path, *known), *AT)
    by_id = asked("match", "priority > P2", "--issues", file_of(tmp_path, *own), *AT)

    assert [answers(by_name)[0]["keys"], answers(by_id)[0]["keys"]] == [["OPS-1"], ["OPS-1"]]


def test_issues_as_an_agile_board_gives_them_tell_sprint_epic_and_flag(tmp_path: Path) -> None:
    closed = [{"id": 1, "state": "closed", "name": "Week 9"}]
    file = file_of(
        tmp_path,
        issue(1, closedSprints=closed, flagged=True, epic={"id": 7, "key": "OPS-9", "name": "Yard"}),
        issue(2, sprint={"id": 2, "state": "active", "name": "Week 10"}, flagged=False),
    )
    queries = (
        'sprint = "Week 9"\nsprint in openSprints()\n"Epic Link" = OPS-9\n"Epic Link" = yard\nflagged = Impediment\n'
    )

    result = asked("match", queries, "--issues", file, *AT)

    assert [one["keys"] for one in answers(result)] == [["OPS-1"], ["OPS-2"], ["OPS-1"], ["OPS-1"], ["OPS-1"]]


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"\xff\xfe", "cannot be read"),
        (b"\x1f\x8bxx", "cannot be read"),
        (b"{}\n[1", "1: no issue; write one as GET /issue answers it, with its fields"),
        (b"\n{oops", "2: no JSON"),
        (b'{"fields": {}}', "issue.id is missing; expected an id"),
    ],
)
def test_a_file_that_holds_no_issues_is_refused_with_the_line(tmp_path: Path, content: bytes, error: str) -> None:
    file = tmp_path / "issues.jsonl"
    file.write_bytes(content)

    result = asked("match", "project = OPS", "--issues", str(file), *AT)

    assert result.exit_code != 0
    assert error in str(result.exception)


@pytest.mark.parametrize(
    ("option", "value"), [("--now", "soon"), ("--now", "2026-03-04T10:30:00"), ("--tz", "Mars/Base"), ("--tz", "/etc")]
)
def test_a_moment_without_offset_and_an_unknown_zone_are_refused(tmp_path: Path, option: str, value: str) -> None:
    result = asked("match", "project = OPS", "--issues", file_of(tmp_path, issue(1)), *AT, option, value)

    assert (result.exit_code, value in result.stderr) == (2, True)
