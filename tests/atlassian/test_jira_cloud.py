import pytest
import responses

from connector.atlassian.failures import Refused
from connector.atlassian.jira import Account, IssueType, JiraProject, Link, Transition
from connector.core.actions import Line
from connector.core.fields import Field
from tests.atlassian.sites import CLOUD, CLOUD_API, CLOUD_V2, cloud_jira, json_body, query, sent

LATE = [Line(text="Late", issues=("OPS-7",))]
LATE_DOCUMENT = {
    "type": "doc",
    "version": 1,
    "content": [
        {
            "type": "paragraph",
            "content": [
                {"type": "text", "text": "Late"},
                {"type": "text", "text": " "},
                {
                    "type": "text",
                    "text": "OPS-7",
                    "marks": [{"type": "link", "attrs": {"href": f"{CLOUD}/browse/OPS-7"}}],
                },
            ],
        }
    ],
}
FIELDS = [
    {"id": "summary", "name": "Summary", "clauseNames": ["summary"], "schema": {"type": "string", "system": "summary"}},
    {"id": "labels", "name": "Labels", "clauseNames": ["labels"], "schema": {"type": "array", "items": "string"}},
    {
        "id": "customfield_10051",
        "name": "Impact",
        "clauseNames": ["cf[10051]", "Impact"],
        "schema": {"type": "number", "custom": "com.atlassian.jira.plugin.system.customfieldtypes:float"},
    },
    {
        "id": "customfield_10052",
        "name": "Lessons",
        "clauseNames": ["cf[10052]", "Lessons"],
        "schema": {"type": "string", "custom": "com.atlassian.jira.plugin.system.customfieldtypes:textarea"},
    },
    {"id": "customfield_10053", "name": "Odd", "schema": {"type": "sd-approvals"}},
    {"id": "thumbnail", "name": "Images"},
]  # fmt: skip


@responses.activate
def test_account_is_the_one_whose_token_is_used() -> None:
    responses.get(f"{CLOUD_API}/myself", json={"accountId": "5b10", "displayName": "Connector"})

    found = cloud_jira().account()

    assert found == Account(id="5b10", name="Connector")


@responses.activate
def test_fields_have_their_kind_from_the_schema() -> None:
    responses.get(f"{CLOUD_API}/field", json=FIELDS)

    found = cloud_jira().fields()

    assert found.fields == (
        Field(id="summary", name="Summary", kind="string"),
        Field(id="labels", name="Labels", kind="array", items="string"),
        Field(id="customfield_10051", name="Impact", kind="number", aliases=("cf[10051]",)),
        Field(id="customfield_10052", name="Lessons", kind="string", aliases=("cf[10052]",)),
        Field(id="customfield_10053", name="Odd"),
        Field(id="thumbnail", name="Images"),
    )


@responses.activate
def test_statuses_are_told_with_their_category() -> None:
    status = {"id": "3", "name": "Doing", "self": f"{CLOUD_API}/status/3"}
    category = {"key": "indeterminate", "name": "In Progress"}
    responses.get(f"{CLOUD_API}/status", json=[{**status, "statusCategory": category}, {**status, "id": "4"}])

    found = cloud_jira().statuses()

    assert found == {"3": "indeterminate", "4": "undefined"}


@responses.activate
def test_issue_types_are_those_of_the_project() -> None:
    types = [{"id": "1", "name": "Task", "subtask": False}, {"id": "2", "name": "Part", "subtask": True}]
    responses.get(f"{CLOUD_API}/project/OPS", json={"key": "OPS", "issueTypes": types})

    found = cloud_jira().issue_types("OPS")

    assert found == (IssueType(id="1", name="Task"), IssueType(id="2", name="Part", is_subtask=True))


@responses.activate
def test_projects_are_read_page_by_page() -> None:
    one, two = {"id": "1", "key": "OPS", "name": "Operations"}, {"id": "2", "key": "MKT", "name": "Market"}
    pages = [({"values": [one], "isLast": False}, "0"), ({"values": [two], "isLast": True}, "1")]
    for body, start in pages:
        asked = query({"startAt": start, "maxResults": "50"})
        responses.get(f"{CLOUD_API}/project/search", json=body, match=[asked])

    found = cloud_jira().projects()

    assert found == (
        JiraProject(id="1", key="OPS", name="Operations"),
        JiraProject(id="2", key="MKT", name="Market"),
    )


@responses.activate
def test_the_leads_of_projects_are_asked_for_with_them() -> None:
    led = {"id": "1", "key": "OPS", "lead": {"accountId": "712:li"}}
    asked = query({"startAt": "0", "maxResults": "50", "expand": "lead"})
    responses.get(f"{CLOUD_API}/project/search", json={"values": [led, {"key": "MKT"}], "isLast": True}, match=[asked])

    found = cloud_jira().leads()

    assert found == {"OPS": "712:li"}


@responses.activate
def test_projects_without_a_category_are_left_out() -> None:
    ours = {"id": "1", "key": "OPS", "projectCategory": {"id": "9", "name": "Operations"}}
    responses.get(f"{CLOUD_API}/project/search", json={"values": [ours, {"key": "MKT"}], "isLast": True})

    assert cloud_jira().project_categories() == {"OPS": "Operations"}


@responses.activate
def test_the_leads_of_components_are_known_by_the_components_id() -> None:
    led = {"id": "20", "name": "Yard", "lead": {"accountId": "712:li"}}
    responses.get(f"{CLOUD_API}/project/OPS/components", json=[led, {"id": "21", "name": "Gate"}])

    found = cloud_jira().component_leads("OPS")

    assert found == {"20": "712:li"}


@responses.activate
def test_the_members_of_a_group_are_read_page_by_page() -> None:
    pages = [({"values": [{"accountId": "712:li"}], "isLast": False}, "0"), ({"values": [], "isLast": True}, "1")]
    for body, start in pages:
        asked = query({"groupname": "site crew", "startAt": start, "maxResults": "50"})
        responses.get(f"{CLOUD_API}/group/member", json=body, match=[asked])

    found = cloud_jira().members("site crew")

    assert found == ("712:li",)


@responses.activate
def test_priorities_and_resolutions_are_told_in_the_sites_order() -> None:
    responses.get(f"{CLOUD_API}/priority", json=[{"id": "7", "name": "Now"}, {"id": "2", "name": "Later"}])
    responses.get(f"{CLOUD_API}/resolution", json=[{"id": "1", "name": "Fixed"}])

    found = cloud_jira().ranks()

    assert found == {"priority": (("Now", "7"), ("Later", "2")), "resolution": (("Fixed", "1"),)}


@responses.activate
def test_search_follows_the_token_to_the_last_page() -> None:
    asked = {"jql": "project = OPS", "fields": ["*all"], "maxResults": 100}
    responses.post(
        f"{CLOUD_V2}/search/jql",
        json={"issues": [{"id": "1"}], "nextPageToken": "t2", "isLast": False},
        match=[json_body(asked)],
    )
    responses.post(
        f"{CLOUD_V2}/search/jql",
        json={"issues": [{"id": "2"}], "isLast": True},
        match=[json_body({**asked, "nextPageToken": "t2"})],
    )

    found = list(cloud_jira().search("project = OPS"))

    assert found == [[{"id": "1"}], [{"id": "2"}]]


@responses.activate
def test_search_does_not_turn_in_circles_on_a_token_that_stays() -> None:
    page = {"issues": [{"id": "1"}], "nextPageToken": "same"}
    responses.post(f"{CLOUD_V2}/search/jql", json=page)

    found = list(cloud_jira().search("project = OPS"))

    assert len(found) == 2


@responses.activate
def test_search_with_changelog_reads_the_histories_of_each_page_at_once() -> None:
    responses.post(
        f"{CLOUD_V2}/search/jql",
        json={"issues": [{"id": "1"}, {"id": "2"}], "isLast": True},
        match=[json_body({"jql": "key = OPS-1", "fields": ["status"], "maxResults": 100})],
    )
    history = [{"id": "10", "items": []}, {"id": "9", "items": []}]
    asked = {"issueIdsOrKeys": ["1", "2"], "maxResults": 1000}
    responses.post(
        f"{CLOUD_API}/changelog/bulkfetch",
        json={"issueChangeLogs": [{"issueId": "1", "changeHistories": history[:1]}], "nextPageToken": "n"},
        match=[json_body(asked)],
    )
    responses.post(
        f"{CLOUD_API}/changelog/bulkfetch",
        json={"issueChangeLogs": [{"issueId": "1", "changeHistories": history[1:]}]},
        match=[json_body({**asked, "nextPageToken": "n"})],
    )

    found = list(cloud_jira().search("key = OPS-1", fields=["status"], with_changelog=True))

    whole = {"startAt": 0, "maxResults": 2, "total": 2, "histories": [history[1], history[0]]}
    empty = {"startAt": 0, "maxResults": 0, "total": 0, "histories": []}
    assert found == [[{"id": "1", "changelog": whole}, {"id": "2", "changelog": empty}]]


@responses.activate
def test_count_is_the_sites_estimate() -> None:
    asked = json_body({"jql": "project = OPS"})
    responses.post(f"{CLOUD_API}/search/approximate-count", json={"count": 153}, match=[asked])

    found = cloud_jira().count("project = OPS")

    assert found == 153


@responses.activate
def test_issues_are_fetched_a_hundred_at_a_time() -> None:
    responses.post(f"{CLOUD_V2}/issue/bulkfetch", json={"issues": [], "issueErrors": []})
    cloud_jira().issues([str(number) for number in range(230)])

    bodies = [sent(call) for call in range(3)]
    assert [len(body["issueIdsOrKeys"]) for body in bodies if isinstance(body, dict)] == [100, 100, 30]
    assert len(responses.calls) == 3


@responses.activate
def test_issues_come_with_all_comments_worklogs_and_history() -> None:
    cut = {
        "comment": {"comments": [{"id": "1", "body": "one"}], "total": 2, "maxResults": 1, "startAt": 0},
        "worklog": {"worklogs": [{"id": "5"}], "total": 3, "maxResults": 1, "startAt": 0},
        "summary": "Late",
    }
    responses.post(
        f"{CLOUD_V2}/issue/bulkfetch",
        json={"issues": [{"id": "10001", "key": "OPS-1", "fields": cut}], "issueErrors": []},
        match=[json_body({"issueIdsOrKeys": ["10001"], "fields": ["*all"]})],
    )
    comments = [{"id": "1", "body": "one"}, {"id": "2", "body": "two"}]
    responses.get(
        f"{CLOUD_V2}/issue/10001/comment",
        json={"comments": comments, "total": 2, "startAt": 0, "maxResults": 100},
        match=[query({"startAt": "0", "maxResults": "100"})],
    )
    logs = [{"id": "5"}, {"id": "6"}, {"id": "7"}]
    for start, page in ((0, logs[:2]), (2, logs[2:])):
        responses.get(
            f"{CLOUD_V2}/issue/10001/worklog",
            json={"worklogs": page, "total": 3, "startAt": start, "maxResults": 2},
            match=[query({"startAt": str(start), "maxResults": "100"})],
        )
    responses.post(f"{CLOUD_API}/changelog/bulkfetch", json={"issueChangeLogs": []})

    found = cloud_jira().issues(["10001"])

    assert found == [
        {
            "id": "10001",
            "key": "OPS-1",
            "fields": {
                "comment": {"comments": comments, "startAt": 0, "maxResults": 2, "total": 2},
                "worklog": {"worklogs": logs, "startAt": 0, "maxResults": 3, "total": 3},
                "summary": "Late",
            },
            "changelog": {"startAt": 0, "maxResults": 0, "total": 0, "histories": []},
        }
    ]


@responses.activate
def test_texts_are_sent_as_documents_where_the_field_holds_one() -> None:
    responses.get(f"{CLOUD_API}/field", json=FIELDS)
    responses.put(f"{CLOUD_API}/issue/10001", status=204)
    cloud_jira().set_fields(
        "10001",
        {"customfield_10051": 5, "customfield_10052": "learnt", "description": "why", "summary": "what"},
    )

    def document(said: str) -> dict[str, object]:
        paragraph = {"type": "paragraph", "content": [{"type": "text", "text": said}]}
        return {"type": "doc", "version": 1, "content": [paragraph]}

    assert sent() == {
        "fields": {
            "customfield_10051": 5,
            "customfield_10052": document("learnt"),
            "description": document("why"),
            "summary": "what",
        }
    }


@responses.activate
def test_setting_numbers_asks_for_no_fields() -> None:
    responses.put(f"{CLOUD_API}/issue/10001", status=204)
    cloud_jira().set_fields("10001", {"customfield_10051": 20})

    assert [call.request.method for call in responses.calls] == ["PUT"]


@responses.activate
def test_a_label_is_added_to_the_others() -> None:
    responses.put(f"{CLOUD_API}/issue/10001", status=204)
    cloud_jira().set_label("10001", "late")

    assert sent() == {"update": {"labels": [{"add": "late"}]}}


@responses.activate
def test_a_comment_is_written_as_a_document_with_its_marker() -> None:
    responses.post(f"{CLOUD_API}/issue/10001/comment", status=201, json={"id": "77"})

    found = cloud_jira().add_comment("10001", LATE, "issue 10001 comment late 1")

    assert found == "77"
    assert sent() == {
        "body": LATE_DOCUMENT,
        "properties": [{"key": "lifecycle", "value": "issue 10001 comment late 1"}],
    }


@responses.activate
def test_a_comment_is_edited_in_place() -> None:
    responses.put(f"{CLOUD_API}/issue/10001/comment/77", json={"id": "77"})
    cloud_jira().edit_comment("10001", "77", LATE, "m")

    assert sent() == {"body": LATE_DOCUMENT, "properties": [{"key": "lifecycle", "value": "m"}]}


@responses.activate
@pytest.mark.parametrize(("marker", "expected"), [("mine", "2"), ("gone", None)])
def test_a_comment_is_found_by_its_marker_on_any_page(marker: str, expected: str | None) -> None:
    def comment(number: str, value: object) -> dict[str, object]:
        return {"id": number, "properties": [{"key": "other", "value": "mine"}, {"key": "lifecycle", "value": value}]}

    pages = [[comment("3", "theirs"), {"id": "9"}], [comment("2", "mine")]]
    for start, page in zip((0, 2), pages, strict=True):
        asked = {"startAt": str(start), "maxResults": "100", "orderBy": "-created", "expand": "properties"}
        responses.get(f"{CLOUD_V2}/issue/10001/comment", json={"comments": page, "total": 3}, match=[query(asked)])

    found = cloud_jira().find_comment("10001", marker)

    assert found == expected


@responses.activate
def test_transitions_tell_where_they_lead_and_what_they_demand() -> None:
    fields = {
        "resolution": {"required": True, "hasDefaultValue": False, "name": "Resolution"},
        "priority": {"required": True, "hasDefaultValue": True, "name": "Priority"},
        "comment": {"required": False, "name": "Comment"},
    }
    to = {"id": "5", "name": "Done", "statusCategory": {"key": "done"}}
    responses.get(
        f"{CLOUD_API}/issue/10001/transitions",
        json={"transitions": [{"id": "31", "name": "Finish", "to": to, "fields": fields}]},
        match=[query({"expand": "transitions.fields"})],
    )

    found = cloud_jira().transitions("10001")

    assert found == (
        Transition(
            id="31",
            name="Finish",
            to_status_id="5",
            to_status_name="Done",
            to_category="done",
            required=("resolution",),
        ),
    )


@responses.activate
@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, {"transition": {"id": "31"}}),
        (
            {"resolution": {"name": "Done"}},
            {"transition": {"id": "31"}, "fields": {"resolution": {"name": "Done"}}},
        ),
    ],
)
def test_a_transition_is_taken_by_its_id_as_text(fields: dict[str, object], expected: dict[str, object]) -> None:
    responses.post(f"{CLOUD_API}/issue/10001/transitions", status=204)
    cloud_jira().transition("10001", "31", fields)

    assert sent() == expected


@responses.activate
def test_a_refused_transition_gives_both_lists_of_reasons() -> None:
    body = {"errorMessages": ["The gate holds"], "errors": {"resolution": "is required"}}
    responses.post(f"{CLOUD_API}/issue/10001/transitions", status=400, json=body)
    with pytest.raises(Refused) as told:
        cloud_jira().transition("10001", "31", {})

    assert told.value.reasons == ("The gate holds", "resolution: is required")
    assert told.value.operation == "POST /rest/api/3/issue/10001/transitions"


@responses.activate
def test_an_issue_is_made_with_label_and_marker() -> None:
    responses.post(f"{CLOUD_API}/issue", status=201, json={"id": "10009", "key": "OPS-9", "self": "x"})

    found = cloud_jira().create_issue(
        "OPS", "4", "OPS-7\nis late", {"labels": ["auto"], "customfield_10051": 4}, LATE, "lifecycle-ab12", "m"
    )

    assert found == ("10009", "OPS-9")
    assert sent() == {
        "fields": {
            "project": {"key": "OPS"},
            "issuetype": {"id": "4"},
            "summary": "OPS-7 is late",
            "labels": ["auto", "lifecycle-ab12"],
            "customfield_10051": 4,
            "description": LATE_DOCUMENT,
        },
        "properties": [{"key": "lifecycle", "value": "m"}],
    }


@responses.activate
def test_an_issue_is_found_by_label_and_marker() -> None:
    asked = {
        "jql": 'project = "OPS" AND labels = "lifecycle-ab12" ORDER BY created ASC',
        "fields": ["labels"],
        "maxResults": 100,
    }
    issues = [{"id": "10008", "key": "OPS-8"}, {"id": "10009", "key": "OPS-9"}]
    responses.post(f"{CLOUD_V2}/search/jql", json={"issues": issues, "isLast": True}, match=[json_body(asked)])
    responses.get(f"{CLOUD_API}/issue/10008/properties/lifecycle", status=404, json={"errorMessages": []})
    responses.get(f"{CLOUD_API}/issue/10009/properties/lifecycle", json={"key": "lifecycle", "value": "m"})

    found = cloud_jira().find_issue("OPS", "lifecycle-ab12", "m")

    assert found == ("10009", "OPS-9")


@responses.activate
def test_an_issue_that_was_not_made_is_not_found() -> None:
    responses.post(f"{CLOUD_V2}/search/jql", json={"issues": [], "isLast": True})

    found = cloud_jira().find_issue("OPS", 'la"bel', "m")

    assert found is None
    assert sent() == {
        "jql": 'project = "OPS" AND labels = "la\\"bel" ORDER BY created ASC',
        "fields": ["labels"],
        "maxResults": 100,
    }


@responses.activate
def test_a_link_is_made_without_a_comment() -> None:
    responses.post(f"{CLOUD_API}/issueLink", status=201)
    cloud_jira().link("10001", "OPS-9", "Blocks")

    assert sent() == {
        "type": {"name": "Blocks"},
        "inwardIssue": {"id": "10001"},
        "outwardIssue": {"key": "OPS-9"},
    }


@responses.activate
def test_links_are_read_with_their_direction() -> None:
    blocks = {"id": "1", "name": "Blocks", "inward": "is blocked by", "outward": "blocks"}
    links = [
        {"id": "70", "type": blocks, "outwardIssue": {"id": "10002", "key": "OPS-2"}},
        {"id": "71", "type": blocks, "inwardIssue": {"id": "10003", "key": "OPS-3"}},
    ]
    responses.get(
        f"{CLOUD_API}/issue/10001",
        json={"id": "10001", "key": "OPS-1", "fields": {"issuelinks": links}},
        match=[query({"fields": "issuelinks"})],
    )

    found = cloud_jira().links_of("10001")

    assert found == (
        Link(id="70", type="Blocks", source="10001", target="10002"),
        Link(id="71", type="Blocks", source="10003", target="10001"),
    )


@responses.activate
def test_a_property_is_set_as_it_is() -> None:
    responses.put(f"{CLOUD_API}/issue/10001/properties/lifecycle.gate", status=201)
    cloud_jira().set_property("10001", "lifecycle.gate", {"blocked": True})

    assert sent() == {"blocked": True}


@responses.activate
def test_a_property_is_read_and_a_missing_one_is_none() -> None:
    address = f"{CLOUD_API}/issue/10001/properties"
    responses.get(f"{address}/a", json={"key": "a", "value": {"blocked": [1, {"x": None}]}})
    responses.get(f"{address}/b", status=404, json={"errorMessages": ["none"], "errors": {}})
    responses.get(f"{address}/c", status=403, json={"errorMessages": ["no"], "errors": {}})
    jira = cloud_jira()

    found = (jira.property("10001", "a"), jira.property("10001", "b"))

    assert found == ({"blocked": [1, {"x": None}]}, None)
    with pytest.raises(Refused):
        jira.property("10001", "c")


@responses.activate
def test_what_is_in_a_path_cannot_leave_it() -> None:
    responses.put(f"{CLOUD_API}/issue/..%2Fproject%2FOPS", status=404, json={})
    with pytest.raises(Refused):
        cloud_jira().set_label("../project/OPS", "x")

    assert responses.calls[0].request.url == f"{CLOUD_API}/issue/..%2Fproject%2FOPS"
