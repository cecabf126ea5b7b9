import pytest
import responses

from connector.atlassian.failures import Conflict, Refused, SignInFailed, Throttled
from connector.atlassian.jira import Account, JiraProject, Transition
from connector.core.actions import Line
from tests.atlassian.sites import DC, DC_API, dc_jira, json_body, query, sent

LATE = [Line(text="Late *again*", issues=("OPS-7",))]
LATE_WIKI = rf"Late \*again\* [OPS-7|{DC}/browse/OPS-7]"
SEARCH = {"jql": "project = OPS", "fields": ["*all"], "maxResults": 100}


@responses.activate
def test_account_has_the_user_name_and_the_key() -> None:
    responses.get(f"{DC_API}/myself", json={"name": "bot", "key": "JIRAUSER1", "displayName": "Connector"})

    found = dc_jira().account()

    assert found == Account(id="bot", name="Connector", others=("JIRAUSER1",))


@responses.activate
def test_projects_come_in_one_list() -> None:
    responses.get(f"{DC_API}/project", json=[{"id": "1", "key": "OPS", "name": "Operations", "self": "x"}])

    found = dc_jira().projects()

    assert found == (JiraProject(id="1", key="OPS", name="Operations"),)


@responses.activate
def test_the_leads_of_projects_are_asked_for_with_them() -> None:
    led = {"id": "1", "key": "OPS", "lead": {"name": "li", "key": "JIRAUSER2"}}
    responses.get(f"{DC_API}/project", json=[led, {"key": "MKT"}], match=[query({"expand": "lead"})])

    found = dc_jira().leads()

    assert found == {"OPS": "li"}


@responses.activate
def test_projects_without_a_category_are_left_out() -> None:
    ours = {"id": "1", "key": "OPS", "projectCategory": {"id": "9", "name": "Operations"}}
    responses.get(f"{DC_API}/project", json=[ours, {"key": "MKT"}])

    assert dc_jira().project_categories() == {"OPS": "Operations"}


@responses.activate
def test_search_counts_its_way_through_the_pages() -> None:
    for start, issue in ((0, "1"), (1, "2")):
        responses.post(
            f"{DC_API}/search",
            json={"issues": [{"id": issue}], "total": 2, "startAt": start},
            match=[json_body({**SEARCH, "startAt": start})],
        )

    found = list(dc_jira().search("project = OPS"))

    assert found == [[{"id": "1"}], [{"id": "2"}]]


@responses.activate
def test_search_ends_when_issues_vanish_while_paging() -> None:
    responses.post(f"{DC_API}/search", json={"issues": [{"id": "1"}], "total": 9})
    responses.post(f"{DC_API}/search", json={"issues": [], "total": 9})

    found = list(dc_jira().search("project = OPS"))

    assert found == [[{"id": "1"}]]


@responses.activate
def test_search_with_changelog_completes_a_history_that_was_cut() -> None:
    asked = {**SEARCH, "fields": ["status"], "expand": ["changelog"], "startAt": 0}
    cut = {"total": 2, "maxResults": 1, "startAt": 0, "histories": [{"id": "9"}]}
    responses.post(
        f"{DC_API}/search",
        json={"issues": [{"id": "1", "changelog": cut}], "total": 1},
        match=[json_body(asked)],
    )
    whole = {"total": 2, "maxResults": 2, "startAt": 0, "histories": [{"id": "9"}, {"id": "10"}]}
    responses.get(
        f"{DC_API}/issue/1",
        json={"id": "1", "key": "OPS-1", "fields": {}, "changelog": whole},
        match=[query({"fields": "updated", "expand": "changelog"})],
    )

    found = list(dc_jira().search("project = OPS", fields=["status"], with_changelog=True))

    assert found == [[{"id": "1", "changelog": whole}]]


@responses.activate
def test_count_asks_for_no_issue() -> None:
    asked = json_body({"jql": "project = OPS", "maxResults": 0})
    responses.post(f"{DC_API}/search", json={"issues": [], "total": 42}, match=[asked])

    found = dc_jira().count("project = OPS")

    assert found == 42


@responses.activate
def test_issues_are_searched_by_id_and_missing_ones_do_no_harm() -> None:
    asked = {
        "jql": "id in (1, 2)",
        "fields": ["*all"],
        "expand": ["changelog"],
        "maxResults": 100,
        "validateQuery": False,
        "startAt": 0,
    }
    log = {"worklogs": [], "total": 1, "startAt": 0, "maxResults": 20}
    issue = {"id": "1", "fields": {"worklog": log}, "changelog": {"total": 0, "histories": []}}
    responses.post(f"{DC_API}/search", json={"issues": [issue], "total": 1}, match=[json_body(asked)])
    responses.get(f"{DC_API}/issue/1/worklog", json={"worklogs": [{"id": "5"}], "total": 1}, match=[query({})])

    found = dc_jira().issues(["1", "2"])

    whole = {"worklogs": [{"id": "5"}], "startAt": 0, "maxResults": 1, "total": 1}
    assert found == [{"id": "1", "fields": {"worklog": whole}, "changelog": {"total": 0, "histories": []}}]


@responses.activate
def test_what_is_no_issue_number_cannot_widen_the_query() -> None:
    responses.post(f"{DC_API}/search", json={"issues": [], "total": 0})
    dc_jira().issues(["1", 'OPS-2" OR "'])

    body = sent()
    assert isinstance(body, dict)
    assert body["jql"] == r'id in (1, "OPS-2\" OR \"")'


@responses.activate
def test_texts_are_sent_as_escaped_wiki_markup() -> None:
    responses.put(f"{DC_API}/issue/10001", status=204)
    dc_jira().set_fields("10001", {"description": "{html}", "summary": "{html}"})

    assert sent() == {"fields": {"description": r"\{html\}", "summary": "{html}"}}


@responses.activate
def test_a_comment_is_written_as_wiki_markup_with_its_marker() -> None:
    responses.post(f"{DC_API}/issue/10001/comment", status=201, json={"id": "77"})

    found = dc_jira().add_comment("10001", LATE, "m")

    assert found == "77"
    assert sent() == {"body": LATE_WIKI, "properties": [{"key": "lifecycle", "value": "m"}]}


@responses.activate
def test_a_comment_is_edited_in_place() -> None:
    responses.put(f"{DC_API}/issue/10001/comment/77", json={"id": "77"})
    dc_jira().edit_comment("10001", "77", LATE, "m")

    assert sent() == {"body": LATE_WIKI, "properties": [{"key": "lifecycle", "value": "m"}]}


@responses.activate
def test_a_comment_is_found_by_its_marker() -> None:
    comment = {"id": "77", "body": "x", "properties": [{"key": "lifecycle", "value": "m"}]}
    asked = {"startAt": "0", "maxResults": "100", "orderBy": "-created", "expand": "properties"}
    responses.get(f"{DC_API}/issue/10001/comment", json={"comments": [comment], "total": 1}, match=[query(asked)])

    found = dc_jira().find_comment("10001", "m")

    assert found == "77"


@responses.activate
@pytest.mark.parametrize("tells_with_issue", [True, False])
def test_transitions_are_read_with_the_issue_or_else_from_their_list(tells_with_issue: bool) -> None:
    to = {"id": "5", "name": "Done", "statusCategory": {"key": "done"}}
    way = {"id": "31", "name": "Finish", "to": to}
    fields = {"resolution": {"required": True, "hasDefaultValue": False}}
    issue: dict[str, object] = {"id": "10001", "key": "OPS-1", "fields": {}}
    if tells_with_issue:
        issue["transitions"] = [{**way, "fields": fields}]
    asked = query({"fields": "status", "expand": "transitions.fields"})
    responses.get(f"{DC_API}/issue/10001", json=issue, match=[asked])
    responses.get(f"{DC_API}/issue/10001/transitions", json={"transitions": [way]}, match=[query({})])

    found = dc_jira().transitions("10001")

    assert found == (
        Transition(
            id="31",
            name="Finish",
            to_status_id="5",
            to_status_name="Done",
            to_category="done",
            required=("resolution",) if tells_with_issue else (),
        ),
    )


@responses.activate
def test_a_transition_is_taken() -> None:
    responses.post(f"{DC_API}/issue/10001/transitions", status=204)
    dc_jira().transition("10001", "31", {"resolution": {"name": "Done"}})

    assert sent() == {"transition": {"id": "31"}, "fields": {"resolution": {"name": "Done"}}}


@responses.activate
def test_an_issue_is_made_with_label_and_marker() -> None:
    responses.post(f"{DC_API}/issue", status=201, json={"id": "10009", "key": "OPS-9"})

    found = dc_jira().create_issue("OPS", "4", "Late", {}, LATE, "lifecycle-ab12", "m")

    assert found == ("10009", "OPS-9")
    assert sent() == {
        "fields": {
            "project": {"key": "OPS"},
            "issuetype": {"id": "4"},
            "summary": "Late",
            "labels": ["lifecycle-ab12"],
            "description": LATE_WIKI,
        },
        "properties": [{"key": "lifecycle", "value": "m"}],
    }


@responses.activate
def test_an_issue_is_found_by_label_and_marker() -> None:
    responses.post(f"{DC_API}/search", json={"issues": [{"id": "10009", "key": "OPS-9"}], "total": 1})
    responses.get(f"{DC_API}/issue/10009/properties/lifecycle", json={"key": "lifecycle", "value": "m"})

    found = dc_jira().find_issue("OPS", "lifecycle-ab12", "m")

    assert found == ("10009", "OPS-9")


@responses.activate
def test_a_link_is_made_without_a_comment() -> None:
    responses.post(f"{DC_API}/issueLink", status=201)
    dc_jira().link("10001", "10002", "Blocks")

    assert sent() == {
        "type": {"name": "Blocks"},
        "inwardIssue": {"id": "10001"},
        "outwardIssue": {"id": "10002"},
    }


@responses.activate
def test_labels_and_properties_are_set() -> None:
    responses.put(f"{DC_API}/issue/10001", status=204)
    responses.put(f"{DC_API}/issue/10001/properties/lifecycle.gate", status=200)
    jira = dc_jira()
    jira.set_label("10001", "late")
    jira.set_property("10001", "lifecycle.gate", {"blocked": True})

    assert [sent(0), sent(1)] == [{"update": {"labels": [{"add": "late"}]}}, {"blocked": True}]


@responses.activate
@pytest.mark.parametrize(("status", "kind"), [(401, SignInFailed), (404, Refused), (409, Conflict), (429, Throttled)])
def test_a_write_that_fails_says_how(status: int, kind: type[Exception]) -> None:
    responses.put(f"{DC_API}/issue/10001", status=status, json={"errorMessages": ["x"], "errors": {}})
    with pytest.raises(kind):
        dc_jira().set_label("10001", "late")

    assert len(responses.calls) == 1
