"""The jira macro: one issue with its status, a count, or a table, asked live from the sandbox's Jira."""

from collections.abc import Callable

from connector.sandbox.jira.rows import IssueRow
from connector.sandbox.jira.search import find_issues
from connector.sandbox.refusal import Refusal
from connector.sandbox.web.canvas import Element, Scene, parameters, put
from connector.sandbox.web.field_values import plain_value
from connector.sandbox.web.refusals import said_by
from connector.sandbox.web.shown import type_look

_MOST = 1000
_USUAL = 20
_COLUMNS = ("type", "key", "summary", "assignee", "priority", "status", "updated", "due")
_ALIASES = {
    "issuetype": "type",
    "duedate": "due",
    "due date": "due",
    "issue type": "type",
    "fixversions": "fixversion",
    "fix version/s": "fixversion",
    "fix versions": "fixversion",
    "类型": "type",
    "关键字": "key",
    "摘要": "summary",
    "经办人": "assignee",
    "报告人": "reporter",
    "优先级": "priority",
    "状态": "status",
    "解决结果": "resolution",
    "创建日期": "created",
    "更新日期": "updated",
    "到期日": "due",
    "标签": "labels",
}


def draw_jira(scene: Scene, into: Element, macro: Element) -> None:
    """An issue for `key`, else what `jqlQuery` finds as a number (`count`) or a table."""
    given = parameters(macro)
    jql = given.get("jqlQuery") or given.get("jql") or ""
    key = given.get("key") or ("" if jql else given.get("", ""))
    if key:
        _one(scene, into, key)
        return
    try:
        found = find_issues(scene.world, jql, scene.me)
    except Refusal as refusal:
        put(into, "div", said_by(refusal, scene.t).everything, style_class="box-missing")
        return
    if given.get("count") == "true":
        counted = scene.t("{count} issues", count=len(found))
        put(into, "a", counted, style_class="lozenge status-blue subtle", href=scene.to.issues(jql))
        return
    limit = given.get("maximumIssues", "")
    most = min(int(limit), _MOST) if limit.isdigit() and int(limit) else _USUAL
    _table(scene, into, found, most, _wanted(given), jql)


def _one(scene: Scene, into: Element, key: str) -> None:
    issue = scene.world.jira.issue(key)
    if issue is None:
        put(into, "span", scene.t("Issue {key} does not exist.", key=key), style_class="box-missing")
        return
    box = put(into, "span", style_class="jira-issue")
    _key(scene, box, issue, f"{issue.key} – {issue.fields['summary']}")
    _status(scene, box, issue)


def _wanted(given: dict[str, str]) -> list[str]:
    named = given.get("columns") or given.get("columnIds") or ",".join(_COLUMNS)
    names = [one.strip() for one in named.replace(";", ",").split(",") if one.strip()]
    return [_ALIASES.get(one.casefold(), one) for one in names]


def _table(scene: Scene, into: Element, found: list[IssueRow], most: int, columns: list[str], jql: str) -> None:
    box = put(into, "div", style_class="jira-table")
    table = put(box, "table")
    head = put(put(table, "thead"), "tr")
    for column in columns:
        put(head, "th", _title(scene, column))
    rows = put(table, "tbody")
    for issue in found[:most]:
        row = put(rows, "tr")
        for column in columns:
            _cell(scene, put(row, "td"), issue, column)
    if not found:
        put(put(rows, "tr"), "td", scene.t("No issues found"), style_class="quiet", colspan=str(len(columns)))
    foot = put(box, "p", style_class="quiet")
    counted = scene.t("Showing {shown} of {total} issues", shown=min(most, len(found)), total=len(found))
    put(foot, "a", counted, href=scene.to.issues(jql))


def _title(scene: Scene, column: str) -> str:
    titles = {"type": "T", "key": "Key", "due": "Due date", "fixversion": "Fix versions"}
    fields = scene.world.jira.fields
    if column.lower() in titles:
        return scene.t(titles[column.lower()])
    return fields[column].name if column in fields else column.capitalize()


def _cell(scene: Scene, cell: Element, issue: IssueRow, column: str) -> None:
    drawer = _CELLS.get(column.lower())
    if drawer is not None:
        drawer(scene, cell, issue)
        return
    fields = scene.world.jira.fields
    row = fields.get(column) or next((one for one in fields.values() if one.name.casefold() == column.casefold()), None)
    if row is not None:
        put(cell, "span", plain_value(scene.world, scene.looks, row, issue))


def _key(scene: Scene, cell: Element, issue: IssueRow, text: str = "") -> None:
    put(cell, "a", text or issue.key, href=scene.to.issue(issue.key))


def _type(scene: Scene, cell: Element, issue: IssueRow) -> None:
    row = scene.world.jira.types[str(issue.fields["issuetype"])]
    put(cell, "span", row.name[:1], style_class=f"type type-{type_look(row)}", title=row.name)


def _status(scene: Scene, cell: Element, issue: IssueRow) -> None:
    row = scene.world.jira.statuses[str(issue.fields["status"])]
    put(cell, "span", row.name, style_class=f"lozenge category-{row.category}")


def _field(name: str) -> Callable[[Scene, Element, IssueRow], None]:
    def drawn(scene: Scene, cell: Element, issue: IssueRow) -> None:
        put(cell, "span", plain_value(scene.world, scene.looks, scene.world.jira.fields[name], issue))

    return drawn


_CELLS: dict[str, Callable[[Scene, Element, IssueRow], None]] = {
    "key": _key,
    "type": _type,
    "status": _status,
    "summary": lambda scene, cell, issue: _key(scene, cell, issue, str(issue.fields["summary"])),
    "due": _field("duedate"),
    "fixversion": _field("fixVersions"),
}
