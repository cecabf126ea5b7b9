"""Webhook bodies of about 8 kB, in the shape that Jira sends, each of another issue."""

import json


def issue_updated(number: int) -> bytes:
    """A `jira:issue_updated` of issue number `number`, padded by its description to about 8 kB."""
    person = {"accountId": "712020:bench", "displayName": "Bench", "active": True, "accountType": "atlassian"}
    body = {
        "timestamp": 1_767_603_600_000 + number,
        "webhookEvent": "jira:issue_updated",
        "issue_event_type_name": "issue_generic",
        "user": person,
        "issue": {
            "id": str(100_000 + number % 2_000),
            "key": f"OPS-{number % 2_000 + 1}",
            "fields": {
                "summary": f"Work {number}",
                "description": "What is to be done. " * 330,
                "issuetype": {"id": "10002", "name": "Task", "subtask": False},
                "project": {"id": "10000", "key": "OPS", "name": "Operations"},
                "status": {"id": "3", "name": "In Progress", "statusCategory": {"key": "indeterminate", "id": 4}},
                "priority": {"id": "3", "name": "Medium"},
                "assignee": person,
                "reporter": person,
                "labels": ["bench"],
                "resolution": None,
                "created": "2026-01-05T09:00:00.000+0000",
                "updated": f"2026-01-05T09:{number // 60 % 60:02d}:{number % 60:02d}.{number // 3600:03d}+0000",
                "duedate": "2026-03-01",
                "issuelinks": [],
                "fixVersions": [],
                "components": [],
            },
        },
        "changelog": {
            "id": str(500_000 + number),
            "items": [
                {
                    "field": "status",
                    "fieldId": "status",
                    "fieldtype": "jira",
                    "from": "10000",
                    "fromString": "To Do",
                    "to": "3",
                    "toString": "In Progress",
                }
            ],
        },
    }
    return json.dumps(body).encode()
