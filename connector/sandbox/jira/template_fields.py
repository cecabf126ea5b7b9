"""The fields of a new site, and which of them each issue type shows."""

from connector.sandbox.jira.rows import FieldRow
from connector.sandbox.locale import Words

#   id, kind, schema type, items, can be set through an edit
_SYSTEM = (
    ("summary", "string", "string", None, True),
    ("description", "text", "string", None, True),
    ("environment", "text", "string", None, True),
    ("issuetype", "issuetype", "issuetype", None, True),
    ("project", "project", "project", None, True),
    ("status", "status", "status", None, False),
    ("priority", "priority", "priority", None, True),
    ("resolution", "resolution", "resolution", None, False),
    ("resolutiondate", "datetime", "datetime", None, False),
    ("assignee", "user", "user", None, True),
    ("reporter", "user", "user", None, True),
    ("creator", "user", "user", None, False),
    ("labels", "labels", "array", "string", True),
    ("components", "components", "array", "component", True),
    ("fixVersions", "versions", "array", "version", True),
    ("versions", "versions", "array", "version", True),
    ("duedate", "date", "date", None, True),
    ("created", "datetime", "datetime", None, False),
    ("updated", "datetime", "datetime", None, False),
    ("parent", "parent", "issuelink", None, True),
    ("subtasks", "subtasks", "array", "issuelinks", False),
    ("issuelinks", "issuelinks", "array", "issuelinks", False),
    ("comment", "comment", "comments-page", None, False),
    ("worklog", "worklog", "array", "worklog", False),
    ("attachment", "attachment", "array", "attachment", False),
    ("timetracking", "timetracking", "timetracking", None, True),
    ("timeoriginalestimate", "number", "number", None, False),
    ("timeestimate", "number", "number", None, False),
    ("timespent", "number", "number", None, False),
    ("aggregatetimeoriginalestimate", "number", "number", None, False),
    ("aggregatetimeestimate", "number", "number", None, False),
    ("aggregatetimespent", "number", "number", None, False),
    ("progress", "progress", "progress", None, False),
    ("aggregateprogress", "progress", "progress", None, False),
    ("workratio", "number", "number", None, False),
    ("votes", "votes", "votes", None, False),
    ("watches", "watches", "watches", None, False),
    ("lastViewed", "datetime", "datetime", None, False),
    ("security", "any", "securitylevel", None, False),
)
_CUSTOM_TYPES = {
    "number": ("number", None, "com.atlassian.jira.plugin.system.customfieldtypes:float"),
    "date": ("date", None, "com.atlassian.jira.plugin.system.customfieldtypes:datepicker"),
    "string": ("string", None, "com.atlassian.jira.plugin.system.customfieldtypes:textfield"),
    "text": ("string", None, "com.atlassian.jira.plugin.system.customfieldtypes:textarea"),
    "user": ("user", None, "com.atlassian.jira.plugin.system.customfieldtypes:userpicker"),
    "users": ("array", "user", "com.atlassian.jira.plugin.system.customfieldtypes:multiuserpicker"),
    "option": ("option", None, "com.atlassian.jira.plugin.system.customfieldtypes:select"),
    "options": ("array", "option", "com.atlassian.jira.plugin.system.customfieldtypes:multicheckboxes"),
    "sprint": ("array", "json", "com.pyxis.greenhopper.jira:gh-sprint"),
    "rank": ("any", None, "com.pyxis.greenhopper.jira:gh-lexo-rank"),
    "epic": ("any", None, "com.pyxis.greenhopper.jira:gh-epic-link"),
    "epic_name": ("string", None, "com.pyxis.greenhopper.jira:gh-epic-label"),
    "any": ("any", None, "com.atlassian.jira.plugin.system.customfieldtypes:readonlyfield"),
}
_CUSTOM = (
    (10011, "epic_name", "epic_name", ()),
    (10014, "epic_link", "epic", ()),
    (10015, "start_date", "date", ()),
    (10016, "story_points", "number", ()),
    (10019, "rank", "rank", ()),
    (10020, "sprint", "sprint", ()),
    (10021, "flagged", "options", ("flag_impediment",)),
    (10250, "probability", "number", ()),
    (10251, "impact", "number", ()),
    (10252, "score", "number", ()),
    (
        10253,
        "response",
        "option",
        ("response_avoid", "response_mitigate", "response_transfer", "response_accept"),
    ),
    (10254, "review_date", "date", ()),
    (10255, "risk_owner", "user", ()),
    (10256, "trigger", "text", ()),
    (10260, "goal_baseline", "number", ()),
    (10261, "goal_target", "number", ()),
    (10262, "goal_actual", "number", ()),
    (10263, "goal_unit", "string", ()),
    (10264, "goal_direction", "option", ("direction_up", "direction_down")),
    (10270, "approvers", "users", ()),
    (
        10271,
        "gate_decision",
        "option",
        ("decision_go", "decision_conditional", "decision_recycle", "decision_hold", "decision_kill"),
    ),
    (10272, "gate_date", "date", ()),
    (10273, "gate_conditions", "text", ()),
    (
        10280,
        "department",
        "option",
        ("department_service", "department_operations", "department_it", "department_quality"),
    ),
    (10281, "satisfaction", "number", ()),
    (10282, "budget", "number", ()),
    (10283, "actual_cost", "number", ()),
    (10284, "baseline_due", "date", ()),
)
EPIC_NAME, EPIC_LINK, STORY_POINTS = "customfield_10011", "customfield_10014", "customfield_10016"
RANK, SPRINT, FLAGGED = "customfield_10019", "customfield_10020", "customfield_10021"
_EVERYWHERE = [
    "summary",
    "issuetype",
    "project",
    "description",
    "priority",
    "assignee",
    "reporter",
    "labels",
    "components",
    "fixVersions",
    "duedate",
    "parent",
    "timetracking",
    "start_date",
    "story_points",
    "sprint",
    "flagged",
    "department",
    "budget",
    "actual_cost",
    "baseline_due",
]
_ONLY = {
    "epic": ["epic_name"],
    "bug": ["environment", "versions"],
    "risk": ["probability", "impact", "score", "response", "review_date", "risk_owner", "trigger"],
    "goal": ["goal_baseline", "goal_target", "goal_actual", "goal_unit", "goal_direction"],
    "phase_gate": ["approvers", "gate_decision", "gate_date", "gate_conditions"],
    "change_request": ["approvers", "impact"],
    "decision": ["approvers"],
    "request": ["satisfaction"],
}


def field_rows(words: Words, *, is_cloud: bool) -> list[FieldRow]:
    """The fields of a new site. On Cloud there is statuscategorychangedate besides."""
    system = [
        FieldRow(id=id_, name=words(f"field_{id_}"), kind=kind, type=type_, items=items, settable=settable)
        for id_, kind, type_, items, settable in _SYSTEM
    ]
    if is_cloud:
        system.append(
            FieldRow(
                id="statuscategorychangedate",
                name=words("field_statuscategorychangedate"),
                kind="datetime",
                type="datetime",
            )
        )
    return [*system, *(_custom(words, *row) for row in _CUSTOM)]


def _custom(words: Words, number: int, word: str, kind: str, options: tuple[str, ...]) -> FieldRow:
    type_, items, custom = _CUSTOM_TYPES[kind]
    return FieldRow(
        id=f"customfield_{number}",
        name=words(word),
        kind={"epic_name": "string", "rank": "any"}.get(kind, kind),
        type=type_,
        items=items,
        custom=custom,
        word=word,
        settable=kind != "rank",
        options={str(number * 10 + at): words(option) for at, option in enumerate(options)},
    )


def field_row(*, number: str, name: str, kind: str) -> FieldRow:
    """A custom field that came with a seed or was made through REST."""
    type_, items, custom = _CUSTOM_TYPES[kind]
    return FieldRow(
        id=number,
        name=name,
        kind=kind,
        type=type_,
        items=items,
        custom=custom,
        settable=kind not in ("rank", "any"),
    )


def screen_of(word: str, *, is_cloud: bool) -> list[str]:
    """The fields that an issue of this type shows and lets people set."""
    by_word = {row[1]: f"customfield_{row[0]}" for row in _CUSTOM}
    shown = [*_EVERYWHERE, *_ONLY.get(word, [])]
    if not is_cloud:
        shown.append("epic_link")
    return [by_word.get(one, one) for one in shown]
