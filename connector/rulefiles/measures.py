"""The sections `risks`, `kpis`, `goals` and `milestones`: what is measured, and against what."""

from decimal import Decimal

from jinja2 import nodes

from connector.core.figures.catalog import FIGURES
from connector.core.rulebook import Band, GoalRules, Kpi, Milestones, RiskRules, Selector, Threshold
from connector.rulefiles.desk import Desk, title_or_id
from connector.rulefiles.part import Part
from connector.rulefiles.problem import shown, suggest
from connector.rulefiles.shape import GoalsShape, KpiShape, MilestonesShape, RisksShape
from connector.rulefiles.texts import single_expression


def compile_risks(part: Part, shape: RisksShape, desk: Desk) -> RiskRules:
    """How risks are scored, with the bands from the highest down."""
    escalate = shape.escalate
    return RiskRules(
        select=desk.selector(part.at("select"), shape.select),
        probability=desk.word(part.at("probability"), shape.probability),
        impact=desk.word(part.at("impact"), shape.impact),
        score=None if shape.score is None else desk.word(part.at("score"), shape.score),
        scale=(shape.scale.probability, shape.scale.impact),
        bands=_bands(part, shape, desk),
        escalate_at=None if escalate is None else _upward(part.at("escalate", "at"), escalate.at, desk),
        escalate_label=None if escalate is None else _label(part.at("escalate", "label"), escalate.label, desk),
        escalate_to=() if escalate is None else tuple(escalate.to or ()),
        place=part.place,
    )


def _bands(part: Part, shape: RisksShape, desk: Desk) -> tuple[Band, ...]:
    """The bands, and as the lowest the one that only has a review period: it takes what the others leave."""
    thresholds = {name: _upward(part.at("bands", name), one, desk) for name, one in shape.bands.items()}
    rest = [name for name in shape.review_every if name not in thresholds]
    for name in rest[1:]:
        mend = suggest(name, thresholds, "give it a threshold under 'bands'")
        desk.complaints.add_key(part.at("review_every", name), f"there is no band {name!r}", mend)
    thresholds |= {name: Threshold(operator=">=", value=Decimal(0)) for name in rest[:1]}
    bands = [Band(id=name, from_=one, review_every=shape.review_every.get(name)) for name, one in thresholds.items()]
    return tuple(sorted(bands, key=lambda band: band.from_.value, reverse=True))


def _upward(part: Part, threshold: Threshold, desk: Desk) -> Threshold:
    if threshold.operator not in {">", ">="}:
        desk.complaints.add(part, f"'{threshold}' has no upper end", "a score is compared with >= or >")
    return threshold


def _label(part: Part, label: str | None, desk: Desk) -> str | None:
    return None if label is None else check_label(part, label, desk)


def check_label(part: Part, label: str, desk: Desk) -> str:
    """A label as Jira and Confluence take it: without white space."""
    if not label or any(one.isspace() for one in label) or len(label) > 255:
        desk.complaints.add(part, f"{shown(label)} cannot be a label", "labels have no blanks; use - instead")
    return label


def compile_kpi(part: Part, shape: KpiShape, desk: Desk) -> Kpi:
    """A KPI: the figure that its value names, over all work or over what `where` selects."""
    figure, where = _figure(part.at("value"), shape.value, desk)
    _check_bounds(part, shape, desk)
    return Kpi(
        id=shape.id,
        title=title_or_id(shape.title, shape.id),
        figure=figure,
        select=where,
        target=shape.target,
        amber=shape.amber,
        place=part.place,
    )


def _figure(part: Part, text: str, desk: Desk) -> tuple[str, Selector | None]:
    """Read `figure("name")` or `figure("name", where="JQL")`."""
    call = _call(text)
    if call is None:
        mend = 'write figure("on_time_rate"), or with where="JQL" inside the brackets'
        desk.complaints.add(part, f"{shown(text)} is not a figure", mend)
        return "", None
    name, where = call
    if name not in FIGURES:
        mend = suggest(name, FIGURES, "see the README's table of figures")
        desk.complaints.add(part, f"there is no figure {shown(name)}", mend, offset=max(text.find(name), 0))
    if where is None:
        return name, None
    return name, desk.selector(part, where, start=max(text.find(where), 0))


def _call(text: str) -> tuple[str, str | None] | None:
    call = single_expression(text)
    if not isinstance(call, nodes.Call) or not isinstance(call.node, nodes.Name) or call.node.name != "figure":
        return None
    if call.dyn_args is not None or call.dyn_kwargs is not None or len(call.args) != 1:
        return None
    given = {"": call.args[0], **{one.key: one.value for one in call.kwargs}}
    texts = {
        key: one.value for key, one in given.items() if isinstance(one, nodes.Const) and isinstance(one.value, str)
    }
    if texts.keys() != given.keys() or not texts.keys() <= {"", "where"}:
        return None
    return texts[""], texts.get("where")


def _check_bounds(part: Part, shape: KpiShape, desk: Desk) -> None:
    target, amber = shape.target, shape.amber
    if amber is None:
        return
    at = part.at("amber")
    if target is None:
        desk.complaints.add(at, "amber stands without a target", "add for example 'target: \">= 0.9\"'")
    elif {target.operator[0], amber.operator[0]} == {"<", ">"}:
        what = f"amber '{amber}' and target '{target}' point in opposite directions"
        desk.complaints.add(at, what, "let both begin with the same sign")
    elif not amber.holds(target.value) and amber != target:
        what = f"amber '{amber}' is stricter than the target '{target}'"
        desk.complaints.add(at, what, "amber is what misses the target and is not yet red")


def compile_goals(part: Part, shape: GoalsShape, desk: Desk) -> GoalRules:
    """Which issues are goals, and which fields hold what was promised and reached."""
    return GoalRules(
        select=desk.selector(part.at("select"), shape.select),
        target=desk.word(part.at("target"), shape.target),
        actual=desk.word(part.at("actual"), shape.actual),
        unit=None if shape.unit is None else desk.word(part.at("unit"), shape.unit),
        direction=None if shape.direction is None else desk.word(part.at("direction"), shape.direction),
        place=part.place,
    )


def compile_milestones(part: Part, shape: MilestonesShape, desk: Desk) -> Milestones:
    """Which issues are milestones."""
    return Milestones(select=desk.selector(part.at("select"), shape.select), place=part.place)
