"""The sections `risks`, `kpis`, `goals`, `milestones`, `changes`, `resources`: what is measured, and against what."""

from collections.abc import Mapping
from decimal import Decimal

from connector.core.rulebook import (
    Band,
    ChangeRules,
    GoalRules,
    Kpi,
    Milestones,
    ResourceRules,
    RiskRules,
    Role,
    Text,
    Threshold,
)
from connector.rulefiles.desk import Desk, spellings, title_or_id
from connector.rulefiles.formulas import compile_value
from connector.rulefiles.part import Part
from connector.rulefiles.problem import shown, suggest
from connector.rulefiles.shape_measures import (
    ChangesShape,
    GoalsShape,
    KpiShape,
    MilestonesShape,
    ResourcesShape,
    RisksShape,
)


def compile_risks(part: Part, shape: RisksShape, desk: Desk, roles: Mapping[str, Role]) -> RiskRules:
    """How risks are scored, with the bands from the highest down. roles: whose titles stand for their ids."""
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
        escalate_to=() if escalate is None else tuple(_whom(name, roles) for name in escalate.to or ()),
        place=part.place,
    )


def _whom(name: str, roles: Mapping[str, Role]) -> str | Text:
    return roles[name].title if name in roles else name


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


def _upward(part: Part, threshold: Threshold, desk: Desk, what: str = "a score") -> Threshold:
    if threshold.operator not in {">", ">="}:
        desk.complaints.add(part, f"'{threshold}' has no upper end", f"{what} is compared with >= or >")
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
    value = compile_value(part.at("value"), shape.value, shape.unit, desk)
    _check_bounds(part, shape, desk)
    return Kpi(
        id=shape.id,
        title=title_or_id(shape.title, shape.id),
        figure=value.figure,
        select=value.select,
        formula=value.formula,
        target=shape.target,
        amber=shape.amber,
        place=part.place,
    )


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


def compile_changes(part: Part, shape: ChangesShape, desk: Desk) -> ChangeRules:
    """Which issues are change requests, and which fields hold what they cost."""
    return ChangeRules(
        select=desk.selector(part.at("select"), shape.select),
        approved=tuple(
            dict.fromkeys(one for name in shape.approved or () for one in spellings(name, desk.names.statuses))
        ),
        days=None if shape.days is None else desk.word(part.at("days"), shape.days),
        cost=None if shape.cost is None else desk.word(part.at("cost"), shape.cost),
        place=part.place,
    )


def compile_resources(part: Part, shape: ResourcesShape, desk: Desk) -> ResourceRules:
    """What people's load is measured by."""
    return ResourceRules(
        effort=desk.word(part.at("effort"), shape.effort),
        capacity=shape.capacity,
        overload=_upward(part.at("overload"), shape.overload, desk, "a load"),
        place=part.place,
    )
