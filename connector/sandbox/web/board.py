"""A board: columns of cards that are moved by dragging them or by their menu."""

from dataclasses import dataclass

import orjson
from flask import Blueprint, Response, abort, request

from connector.sandbox.front import answer, the_world
from connector.sandbox.jira.move import possible_moves
from connector.sandbox.jira.routes.flow import do_transition
from connector.sandbox.jira.rows import Board, IssueRow, Project, Status, Transition
from connector.sandbox.jira.sprints import issues_in
from connector.sandbox.refusal import Refusal, no_issue
from connector.sandbox.web.door import addresses, done, page, refusal_of
from connector.sandbox.web.project import around, project_or_404
from connector.sandbox.web.refusals import Said

board = Blueprint("board", __name__)
MOST_CARDS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """An issue on the board; `moves` are the transitions that it can make now."""

    issue: IssueRow
    moves: list[Transition]
    moves_json: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column with the cards that are shown; `total` counts those that are not, too."""

    name: str
    statuses: list[Status]
    cards: list[Card]
    total: int


@board.get("/projects/<key>/boards/<int:number>")
def show(key: str, number: int) -> Response:
    """The board, of all issues or of one sprint and one type."""
    row = project_or_404(key)
    return _board(row, _board_or_404(row, number), Said())


@board.post("/projects/<key>/boards/<int:number>/move")
def move(key: str, number: int) -> Response:
    """Do a card's transition as REST would. A script gets JSON: where to fill in what is missing, or what was said."""
    row = project_or_404(key)
    found = _board_or_404(row, number)
    issue = the_world().jira.issue(request.form.get("issue", ""))
    if issue is None or issue.project != row.id:
        raise no_issue()
    transition = request.form.get("transition", "")
    is_script = request.form.get("script") == "yes"
    try:
        do_transition(issue, {"transition": {"id": transition}})
    except Refusal as refusal:
        said = refusal_of(refusal)
        screen = addresses().issue(issue.key, "move", transition) if said.fields else None
        if is_script:
            return answer({"said": said.everything, "screen": screen}, refusal.status)
        return done(screen) if screen else _board(row, found, said, refusal.status)
    if is_script:
        the_world().changed()
        return answer({"said": "", "screen": None})
    return done(addresses().board(row.key, found))


def _board_or_404(row: Project, number: int) -> Board:
    found = the_world().jira.boards.get(number)
    if found is None or found.project != row.id:
        abort(404)
    return found


def _board(row: Project, found: Board, said: Said, status: int = 200) -> Response:
    world = the_world()
    sprints = [one for one in world.jira.board_sprints(found.id) if one.state != "closed"]
    sprint, type_id = request.args.get("sprint", ""), request.args.get("type", "")
    issues = list(world.jira.in_project(row))
    if sprint.isdigit() and int(sprint) in world.jira.sprints:
        inside = {one.id for one in issues_in(world, world.jira.sprints[int(sprint)])}
        issues = [one for one in issues if one.id in inside]
    if type_id:
        issues = [one for one in issues if one.fields["issuetype"] == type_id]
    used = dict.fromkeys(str(one.fields["issuetype"]) for one in world.jira.in_project(row))
    return page(
        "jira/board.html",
        status,
        **around(row),
        board=found,
        columns=_columns(found, issues),
        sprints=sprints,
        sprint=sprint,
        types=[world.jira.types[one] for one in used],
        type_id=type_id,
        said=said,
    )


def _columns(found: Board, issues: list[IssueRow]) -> list[Column]:
    statuses, columns = the_world().jira.statuses, []
    for column in found.columns:
        named = column["statuses"]
        assert isinstance(named, list)
        inside = [one for one in issues if one.fields["status"] in named]
        inside.sort(key=lambda one: (named.index(one.fields["status"]), -int(one.key.rpartition("-")[2])))
        shown = [_card(one) for one in inside[:MOST_CARDS]]
        rows = [statuses[one] for one in named]
        columns.append(Column(name=str(column["name"]), statuses=rows, cards=shown, total=len(inside)))
    return columns


def _card(issue: IssueRow) -> Card:
    moves = possible_moves(the_world(), issue)
    statuses = the_world().jira.statuses
    told = [{"id": one.id, "name": one.name, "to": one.to, "status": statuses[one.to].name} for one in moves]
    return Card(issue=issue, moves=moves, moves_json=orjson.dumps(told).decode())
