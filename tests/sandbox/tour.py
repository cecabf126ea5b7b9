"""A visit to every operation of the sandbox's Jira, in either deployment and language."""

import io
from typing import Any

from tests.sandbox.visitor import Answer, Visitor


def ok(answer: Answer, *statuses: int) -> Any:
    assert answer.status in (statuses or (200,)), (answer.status, answer.body)
    return answer.body


def tour(v: Visitor) -> None:
    """Everything once, and each refusal that the descriptions document."""
    v.box.world.faults.set({"issue_write_limit": False})
    look_at_the_site(v)
    v.project()
    project_and_versions(v)
    first, second = make_issues(v)
    read_issues(v, first)
    edit_issue(v, first)
    move_issues(v, first)
    talk(v, first)
    link(v, first, second)
    properties(v, first)
    search(v)
    sprints(v, first, second)
    refusals(v, first)
    take_away(v, second)


def look_at_the_site(v: Visitor) -> None:
    for path in ("serverInfo", "myself", "field", "issuetype", "status", "statuscategory", "priority", "resolution"):
        ok(v.get(path))
    ok(v.get("issueLinkType"))
    ok(v.get("issuetype/10002"))
    ok(v.get("status/3"))
    ok(v.get("priority/2"))
    ada = v.person("ada")
    if v.is_cloud:
        ok(v.get("user", accountId=ada["accountId"]))
        ok(v.get("user/search", query="a"))
        ok(v.get("user/assignable/search", query="b", project="OPS"))
        ok(v.get("users/search", maxResults=5))
        ok(v.get("field/search", type="custom", maxResults=3))
        ok(v.get("priority/search"))
    else:
        ok(v.get("user", username=ada["name"]))
        ok(v.get("user/search", username="a"))
        ok(v.get("user/assignable/search", username="b", project="OPS"))


def project_and_versions(v: Visitor) -> None:
    lead = {"leadAccountId": v.person("ben")["accountId"]} if v.is_cloud else {"lead": "ben"}
    body = {"key": "MKT", "name": "Marketing", "projectTypeKey": "software", **lead}
    ok(v.post("project", body), 201)
    ok(v.get("project"))
    whole = ok(v.get("project/OPS"))
    if v.is_cloud:
        ok(v.get("project/search", keys="OPS"))
        ok(v.get("project/OPS/version", status="unreleased"))
    ok(v.put("project/MKT", {"name": "Marketing 2", "description": "Campaigns"}))
    ok(v.get("project/OPS/statuses"))
    component = {"name": "Hotline", "project": "OPS", "description": "Phones"}
    ok(v.post("component", component), 201)
    ok(v.get("project/OPS/components"))
    first = ok(v.post("version", {"name": "R1", "projectId": int(whole["id"]), "releaseDate": "2026-03-01"}), 201)
    second = ok(v.post("version", {"name": "R2", "projectId": int(whole["id"])}), 201)
    third = ok(v.post("version", {"name": "R3", "projectId": int(whole["id"])}), 201)
    ok(v.get("project/OPS/versions"))
    ok(v.get(f"version/{first['id']}"))
    ok(v.put(f"version/{first['id']}", {"description": "First", "startDate": "2026-01-05"}))
    ok(v.put(f"version/{first['id']}", {"released": True}))
    ok(v.put(f"version/{first['id']}", {"released": False}))
    ok(v.post(f"version/{second['id']}/move", {"position": "First"}))
    ok(v.post(f"version/{second['id']}/move", {"after": first["self"]}))
    ok(v.get(f"version/{first['id']}/relatedIssueCounts"))
    ok(v.get(f"version/{first['id']}/unresolvedIssueCount"))
    ok(v.put(f"version/{third['id']}/mergeto/{second['id']}", None), 204)
    fourth = ok(v.post("version", {"name": "R4", "projectId": int(whole["id"])}), 201)
    ok(v.post(f"version/{fourth['id']}/removeAndSwap", {"moveFixIssuesTo": int(second["id"])}), 204)


def make_issues(v: Visitor) -> tuple[str, str]:
    epic = v.issue("epic", "Satisfied customers")
    parent = {"parent": {"key": epic}} if v.is_cloud else {v.field("epic_link"): epic}
    first = v.issue(
        summary="Answer within a day",
        description=v.text("Every request, *always*."),
        assignee=v.person("chen"),
        reporter=v.person("ben"),
        priority={"id": "2"},
        labels=["phone", "first"],
        components=[{"name": "Hotline"}],
        fixVersions=[{"name": "R1"}],
        duedate="2026-02-10",
        timetracking={"originalEstimate": "2d"},
        **{v.field("start_date"): "2026-01-12", v.field("story_points"): 5, **parent},
    )
    second = v.issue("risk", "Too few people", **{v.field("probability"): 4, v.field("impact"): 5})
    below = {
        "fields": {
            "project": {"key": "OPS"},
            "issuetype": {"name": v.word("sub_task")},
            "parent": {"key": first},
            "summary": "Train the team",
        }
    }
    wrong = {"fields": {"project": {"key": "OPS"}, "issuetype": {"name": v.word("task")}}}
    made = ok(v.post("issue/bulk", {"issueUpdates": [below, wrong]}), 201)
    assert len(made["issues"]) == 1
    assert made["errors"][0]["failedElementNumber"] == 1
    return first, second


def read_issues(v: Visitor, key: str) -> None:
    ok(v.get(f"issue/{key}"))
    ok(v.get(f"issue/{key}", fields="summary,status", properties="*all"))
    ok(v.get(f"issue/{key}", expand="changelog,names,schema,transitions,renderedFields"))
    if v.is_cloud:
        body = {"issueIdsOrKeys": [key, "OPS-999"], "fields": ["summary", "comment"], "expand": ["changelog"]}
        ok(v.post("issue/bulkfetch", body))
        ok(v.get(f"issue/{key}/editmeta"))


def edit_issue(v: Visitor, key: str) -> None:
    changed = {
        "summary": "Answer within 24 hours",
        "description": v.text("Every request."),
        "duedate": "2026-02-20",
        "fixVersions": [{"name": "R2"}],
        v.field("department"): {"value": v.word("department_service")},
    }
    ok(v.put(f"issue/{key}", {"fields": changed}), 204)
    ok(v.put(f"issue/{key}", {"update": {"labels": [{"add": "urgent"}, {"remove": "first"}]}}), 204)
    ok(v.put(f"issue/{key}/assignee", v.person("dana")), 204)
    if v.is_cloud:
        ok(v.get(f"issue/{key}/changelog", maxResults=2))
        ok(v.post("changelog/bulkfetch", {"issueIdsOrKeys": [key], "maxResults": 1}))
        ok(v.post("changelog/bulkfetch", {"issueIdsOrKeys": [key], "fieldIds": ["duedate"]}))


def move_issues(v: Visitor, key: str) -> None:
    if v.is_cloud:
        ok(v.get(f"issue/{key}/transitions", expand="transitions.fields"))
    v.move(key, "move_start", "move_review")
    comment = {"comment": [{"add": {"body": v.text("Done at last.")}}]}
    body = {
        "transition": {"id": "31"},
        "fields": {"resolution": {"name": v.word("resolution_done")}},
        "update": comment,
    }
    ok(v.post(f"issue/{key}/transitions", body), 204)
    v.move(key, "move_reopen")


def talk(v: Visitor, key: str) -> None:
    properties = {"properties": [{"key": "lc", "value": {"purpose": "risk"}}]} if v.is_cloud else {}
    said = ok(v.post(f"issue/{key}/comment", {"body": v.text("Please hurry."), **properties}), 201)
    ok(v.get(f"issue/{key}/comment", expand="properties"))
    ok(v.get(f"issue/{key}/comment", orderBy="-created"))
    ok(v.get(f"issue/{key}/comment/{said['id']}", expand="renderedBody"))
    ok(v.put(f"issue/{key}/comment/{said['id']}", {"body": v.text("No hurry.")}))
    ok(v.get(f"comment/{said['id']}/properties"))
    if v.is_cloud:
        ok(v.get(f"comment/{said['id']}/properties/lc"))
    ok(v.delete(f"issue/{key}/comment/{said['id']}"), 204)
    started = "2026-01-13T09:00:00.000+0000"
    logged = ok(v.post(f"issue/{key}/worklog", {"timeSpentSeconds": 7200, "started": started}), 201)
    ok(v.get(f"issue/{key}/worklog"))
    ok(v.get(f"issue/{key}/worklog/{logged['id']}"))
    ok(v.put(f"issue/{key}/worklog/{logged['id']}", {"timeSpent": "3h", "comment": v.text("Calls")}))
    ok(v.delete(f"issue/{key}/worklog/{logged['id']}"), 204)
    files = {"file": (io.BytesIO(b"hello"), "hello.txt")}
    sent = v.ask("POST", f"issue/{key}/attachments", data=files, headers={"X-Atlassian-Token": "no-check"})
    number = ok(sent)[0]["id"]
    ok(v.get(f"attachment/{number}"))
    ok(v.delete(f"attachment/{number}"), 204)


def link(v: Visitor, first: str, second: str) -> None:
    body = {"type": {"name": v.word("link_blocks")}, "inwardIssue": {"key": second}, "outwardIssue": {"key": first}}
    ok(v.post("issueLink", body), 201)
    ok(v.post("issueLink", body), 201)
    links = v.fields(first)["issuelinks"]
    assert len(links) == 1
    ok(v.get(f"issueLink/{links[0]['id']}"))
    ok(v.delete(f"issueLink/{links[0]['id']}"), 204)
    page = {"globalId": "page=1", "object": {"url": "https://example.com/1", "title": "Charter"}}
    ok(v.post(f"issue/{first}/remotelink", page), 201)
    ok(v.post(f"issue/{first}/remotelink", page))
    ok(v.get(f"issue/{first}/remotelink"))
    ok(v.get(f"issue/{first}/remotelink", globalId="page=1"))
    ok(v.delete(f"issue/{first}/remotelink", globalId="page=1"), 204)


def properties(v: Visitor, key: str) -> None:
    for place in (f"issue/{key}", "project/OPS"):
        ok(v.put(f"{place}/properties/lc.gate", {"blocked": True}), 201)
        ok(v.put(f"{place}/properties/lc.gate", {"blocked": False}))
        ok(v.get(f"{place}/properties"))
        ok(v.get(f"{place}/properties/lc.gate"))
        ok(v.delete(f"{place}/properties/lc.gate"), 204)
        ok(v.get(f"{place}/properties/lc.gate"), 404)


def search(v: Visitor) -> None:
    jql = "project = OPS ORDER BY key"
    if not v.is_cloud:
        ok(v.get("search", jql=jql, maxResults=2, fields="summary,status"))
        ok(v.post("search", {"jql": jql, "startAt": 1, "fields": ["*all"], "expand": ["changelog", "names"]}))
        return
    page = ok(v.get("search/jql", jql=jql, maxResults=2, fields="summary"))
    ok(v.get("search/jql", jql=jql, maxResults=2, fields="summary", nextPageToken=page["nextPageToken"]))
    body = {"jql": jql, "fields": ["*all"], "expand": "changelog,names,schema", "reconcileIssues": [10001]}
    ok(v.post("search/jql", body))
    ok(v.post("search/jql", {"jql": jql}))
    ok(v.post("search/approximate-count", {"jql": jql}))


def sprints(v: Visitor, first: str, second: str) -> None:
    boards = ok(v.get("{agile}/board", projectKeyOrId="OPS"))
    number = boards["values"][0]["id"]
    ok(v.get(f"{v.agile}/board/{number}"))
    ok(v.get(f"{v.agile}/board/{number}/configuration"))
    ok(v.get(f"{v.agile}/board/{number}/project"))
    dates = {"startDate": "2026-01-05T09:00:00.000Z", "endDate": "2026-01-19T09:00:00.000Z"}
    made = ok(v.post("{agile}/sprint", {"name": "Sprint 1", "originBoardId": number, "goal": "Start", **dates}), 201)
    sprint = f"{v.agile}/sprint/{made['id']}"
    ok(v.get(sprint))
    ok(v.post(f"{sprint}/issue", {"issues": [first, second]}), 204)
    some = {} if v.is_cloud else {"fields": "summary"}
    ok(v.get(f"{sprint}/issue", **some))
    ok(v.post(sprint, {"state": "active"}))
    ok(v.get(f"{v.agile}/board/{number}/sprint", state="active"))
    ok(v.post("{agile}/backlog/issue", {"issues": [second]}), 204)
    ok(v.get(f"{v.agile}/board/{number}/issue", maxResults=2))
    ok(v.get(f"{v.agile}/board/{number}/backlog", **some))
    ok(v.put("{agile}/issue/rank", {"issues": [second], "rankBeforeIssue": first}), 204)
    ok(v.put(sprint, {"name": "Sprint one", "state": "active", **dates}))
    ok(v.post(sprint, {"state": "closed"}))
    other = ok(v.post("{agile}/sprint", {"name": "Sprint 2", "originBoardId": number}), 201)
    ok(v.delete(f"{v.agile}/sprint/{other['id']}"), 204)
    if v.is_cloud:
        body = {
            "name": "Kanban",
            "type": "kanban",
            "filterId": 1,
            "location": {"type": "project", "projectKeyOrId": "OPS"},
        }
    else:
        body = {"name": "Kanban", "type": "kanban", "filterId": 1}
    ok(v.post("{agile}/board", body), 201)


def refusals(v: Visitor, key: str) -> None:
    ok(v.get("issue/OPS-999"), 404)
    ok(v.put(f"issue/{key}", {"fields": {"customfield_99999": 1}}), 400)
    ok(v.post(f"issue/{key}/transitions", {"transition": {"id": "21"}}), 400)
    ok(Visitor(v.box, token="wrong").get("myself"), 401)
    ok(Visitor(v.box, "ivo").delete(f"issue/{key}"), 403)
    v.box.world.faults.set({"rate_limit_next": 1})
    assert v.get("myself").status == 429
    if v.is_cloud:
        ok(v.get("search/jql", jql="ORDER BY created"), 400)


def take_away(v: Visitor, key: str) -> None:
    ok(v.delete(f"issue/{key}"), 204)
    if v.is_cloud:
        ok(v.delete("project/MKT"), 204)
    else:
        ok(v.delete("project/MKT"), 204)
