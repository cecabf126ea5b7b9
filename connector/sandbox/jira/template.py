"""What a new Jira site and a new project begin with: types, statuses, workflows, fields."""

from dataclasses import dataclass

from connector.sandbox.jira.rows import FieldRow, IssueType, LinkType, Named, Status, Transition, Workflow
from connector.sandbox.jira.template_fields import field_rows
from connector.sandbox.locale import Words

#            id      word, category
_STATUSES = (
    ("10000", "to_do", "new"),
    ("3", "in_progress", "indeterminate"),
    ("10001", "in_review", "indeterminate"),
    ("10002", "done", "done"),
    ("10010", "gate_planned", "new"),
    ("10011", "gate_review", "indeterminate"),
    ("10012", "gate_returned", "indeterminate"),
    ("10013", "gate_hold", "indeterminate"),
    ("10014", "gate_conditional", "done"),
    ("10015", "gate_passed", "done"),
    ("10016", "gate_terminated", "done"),
)
#         id       word, level, workflow
TYPES = (
    ("10000", "epic", 1, "work"),
    ("10001", "story", 0, "work"),
    ("10002", "task", 0, "work"),
    ("10003", "sub_task", -1, "work"),
    ("10004", "bug", 0, "bug"),
    ("10005", "risk", 0, "work"),
    ("10006", "goal", 0, "work"),
    ("10007", "phase_gate", 0, "gate"),
    ("10008", "milestone", 0, "work"),
    ("10009", "change_request", 0, "work"),
    ("10010", "decision", 0, "work"),
    ("10011", "request", 0, "work"),
    ("10012", "action_item", 0, "work"),
)
_PRIORITIES = (("1", "highest"), ("2", "high"), ("3", "medium"), ("4", "low"), ("5", "lowest"))
_RESOLUTIONS = (
    ("10000", "resolution_done"),
    ("10001", "resolution_wont_do"),
    ("10002", "resolution_duplicate"),
    ("10003", "resolution_cannot_reproduce"),
)
_LINK_TYPES = (
    ("10000", "link_blocks"),
    ("10001", "link_duplicate"),
    ("10002", "link_causes"),
    ("10003", "link_relates"),
)
TO_DO, IN_PROGRESS, IN_REVIEW, DONE = "10000", "3", "10001", "10002"
PLANNED, GATE_REVIEW, RETURNED, HOLD = "10010", "10011", "10012", "10013"
CONDITIONAL, PASSED, TERMINATED = "10014", "10015", "10016"
#: The resolution that a move into a done status sets when nobody names one.
RESOLUTION_DONE = "10000"
#: The priority of an issue for which nobody names one.
MEDIUM = "3"
GATE_DECISION, GATE_CONDITIONS = "customfield_10271", "customfield_10273"


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteRows:
    """Everything a site has before its first project."""

    statuses: list[Status]
    types: list[IssueType]
    priorities: list[Named]
    resolutions: list[Named]
    link_types: list[LinkType]
    fields: list[FieldRow]
    workflows: list[Workflow]


def site_rows(words: Words, *, is_cloud: bool) -> SiteRows:
    """The rows of a new site, named in the site's language."""
    return SiteRows(
        statuses=[Status(id=id_, name=words(word), category=kind) for id_, word, kind in _STATUSES],
        types=[IssueType(id=id_, name=words(word), level=level) for id_, word, level, _ in TYPES],
        priorities=[Named(id=id_, name=words(word)) for id_, word in _PRIORITIES],
        resolutions=[Named(id=id_, name=words(word)) for id_, word in _RESOLUTIONS],
        link_types=[
            LinkType(id=id_, name=words(word), outward=words(f"{word}_out"), inward=words(f"{word}_in"))
            for id_, word in _LINK_TYPES
        ],
        fields=field_rows(words, is_cloud=is_cloud),
        workflows=[_work(words, "work", ()), _work(words, "bug", ("resolution",)), _gate(words)],
    )


def _work(words: Words, name: str, to_finish: tuple[str, ...]) -> Workflow:
    """To Do, In Progress, In Review, Done; `to_finish` are the fields that the last move demands."""

    return Workflow(
        name=name,
        start=TO_DO,
        statuses=[TO_DO, IN_PROGRESS, IN_REVIEW, DONE],
        transitions=[
            _move(words, 11, "move_start", IN_PROGRESS, [TO_DO]),
            _move(words, 21, "move_review", IN_REVIEW, [IN_PROGRESS]),
            _move(
                words,
                31,
                "move_done",
                DONE,
                [TO_DO, IN_PROGRESS, IN_REVIEW],
                required=to_finish,
                screen=("resolution",),
            ),
            _move(words, 41, "move_rework", IN_PROGRESS, [IN_REVIEW]),
            _move(words, 51, "move_stop", TO_DO, [IN_PROGRESS]),
            _move(words, 61, "move_reopen", TO_DO, [DONE]),
        ],
    )


def _gate(words: Words) -> Workflow:
    """The life of a phase gate: planned, under review, then decided; passing asks for the decision."""
    screen = (GATE_DECISION, GATE_CONDITIONS)

    return Workflow(
        name="gate",
        start=PLANNED,
        statuses=[PLANNED, GATE_REVIEW, RETURNED, HOLD, CONDITIONAL, PASSED, TERMINATED],
        transitions=[
            _move(words, 111, "move_gate_open", GATE_REVIEW, [PLANNED, RETURNED, HOLD]),
            _move(words, 121, "move_gate_pass", PASSED, [GATE_REVIEW, CONDITIONAL], screen=screen),
            _move(
                words,
                131,
                "move_gate_condition",
                CONDITIONAL,
                [GATE_REVIEW],
                required=(GATE_CONDITIONS,),
                screen=screen,
            ),
            _move(words, 141, "move_gate_return", RETURNED, [GATE_REVIEW, PASSED, CONDITIONAL], screen=screen),
            _move(words, 151, "move_gate_hold", HOLD, [GATE_REVIEW], screen=screen),
            _move(words, 161, "move_gate_terminate", TERMINATED, [GATE_REVIEW, HOLD], screen=screen),
            _move(words, 171, "move_gate_plan", PLANNED, [RETURNED, HOLD]),
        ],
    )


def _move(
    words: Words,
    number: int,
    word: str,
    to: str,
    sources: list[str],
    *,
    required: tuple[str, ...] = (),
    screen: tuple[str, ...] = (),
) -> Transition:
    return Transition(
        id=str(number), name=words(word), to=to, sources=sources, required=list(required), screen=list(screen)
    )
