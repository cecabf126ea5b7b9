"""The `gates` section: what must hold before a phase is left, and what its people's decision is read from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from connector.core.rulebook import (
    Check,
    Criterion,
    EveryIssue,
    Gate,
    GatePassed,
    KpiHolds,
    PageStands,
    Role,
    SomeIssues,
    Threshold,
)
from connector.rulefiles.approvals import compile_approvals
from connector.rulefiles.desk import Desk, Unreadable, spellings, title_or_id
from connector.rulefiles.part import Part
from connector.rulefiles.shape_gates import CriterionShape, GateShape

FORMS: Mapping[str, frozenset[str]] = {
    "every": frozenset({"has", "at_least"}),
    "count": frozenset({"is"}),
    "kpi": frozenset({"is"}),
    "page": frozenset(),
    "gate": frozenset(),
}
PARTNERS = frozenset({"has", "at_least", "is"})
NOTHING = Unreadable("")
NONE_AT_ALL = Threshold(operator="=", value=Decimal(0))


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What gates may refer to, with the places of these rules, and the roles."""

    phases: Mapping[str, Part]
    gates: Mapping[str, Part]
    kpis: Mapping[str, Part]
    roles: Mapping[str, Role]


def compile_gates(gates: Sequence[tuple[Part, GateShape]], known: Known, closing: str | None, desk: Desk) -> list[Gate]:
    """The gates in the order of the phases they leave. closing: the gate that `closeout` names."""
    order = list(known.phases)
    compiled = [_gate(part, shape, known, closing, desk) for part, shape in gates]
    return sorted(compiled, key=lambda gate: order.index(gate.leaves) if gate.leaves in order else len(order))


def _gate(part: Part, shape: GateShape, known: Known, closing: str | None, desk: Desk) -> Gate:
    _check_phases(part, shape, known, desk)
    criteria = [
        *_criteria(part, "must", shape.must, known, desk),
        *_criteria(part, "should", shape.should, known, desk),
    ]
    _check_criteria(part, shape, desk)
    return Gate(
        id=shape.id,
        title=title_or_id(shape.title, shape.id),
        leaves=shape.from_,
        opens=shape.to,
        gate_issue=desk.selector(part.at("gate_issue"), shape.gate_issue),
        criteria=tuple(criteria),
        decided=_decided(part, shape, desk),
        on_early_pass=shape.on_early_pass,
        return_to=_all_spellings(shape.return_to or (), desk),
        sets_baseline=shape.sets_baseline,
        closes_project=shape.closes_project or shape.id == closing,
        approvals=compile_approvals(part, shape, known.roles, desk),
        place=part.place,
    )


def _check_phases(part: Part, shape: GateShape, known: Known, desk: Desk) -> None:
    order = list(known.phases)
    desk.known(part.at("from"), shape.from_, known.phases, "phase")
    desk.known(part.at("to"), shape.to, known.phases, "phase")
    if {shape.from_, shape.to} <= set(order) and order.index(shape.from_) >= order.index(shape.to):
        what = f"{shape.to!r} does not come after {shape.from_!r}"
        desk.complaints.add(part.at("to"), what, "a gate opens a later phase than it leaves")


def _decided(part: Part, shape: GateShape, desk: Desk) -> dict[str, tuple[str, ...]]:
    if "GO" not in shape.decided:
        what = "no status says that the gate was passed"
        desk.complaints.add(part.at("decided"), what, "add for example 'GO: [Passed]'")
    if shape.on_early_pass == "return" and not shape.return_to:
        what = "an early pass is returned, but to which status is not said"
        desk.complaints.add(part.at("on_early_pass"), what, "add for example 'return_to: In Review'")
    decided = {str(code): _all_spellings(names, desk) for code, names in shape.decided.items()}
    for code, names in decided.items():
        twice = next((other for other in decided if other < code and set(names) & set(decided[other])), None)
        if twice is not None:
            desk.complaints.add(
                part.at("decided", code), f"a status means {twice} and {code}", "keep it in one of them"
            )
    return decided


def _all_spellings(names: Sequence[str], desk: Desk) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one for name in names for one in spellings(name, desk.names.statuses)))


def _check_criteria(part: Part, shape: GateShape, desk: Desk) -> None:
    seen: dict[str, Part] = {}
    for kind, criteria in (("must", shape.must), ("should", shape.should)):
        for index, criterion in enumerate(criteria):
            at = part.at(kind, index, "id")
            first = seen.setdefault(criterion.id, at)
            if criterion.gate == shape.id:
                desk.complaints.add(part.at(kind, index, "gate"), "a gate waits for itself", "name another gate")
            if first is not at:
                what = f"the criterion {criterion.id!r} stands at {first.place} already"
                desk.complaints.add(at, what, "give it another id")
    if not seen and shape.approvals is None:
        desk.complaints.add(part, "this gate asks for nothing", "add criteria under 'must' or 'should'")


def _criteria(part: Part, kind: str, shapes: Sequence[CriterionShape], known: Known, desk: Desk) -> list[Criterion]:
    return [
        Criterion(
            id=shape.id,
            title=title_or_id(shape.title, shape.id),
            check=_check(part.at(kind, index), shape, known, desk),
            is_must=kind == "must",
            waivable=shape.waivable,
            place=part.at(kind, index).place,
        )
        for index, shape in enumerate(shapes)
    ]


def _check(part: Part, shape: CriterionShape, known: Known, desk: Desk) -> Check:
    _check_form(part, shape, desk)
    if shape.every is not None:
        every = desk.selector(part.at("every"), shape.every)
        has = every if shape.has is None else desk.selector(part.at("has"), shape.has)
        return EveryIssue(every=every, has=has, at_least=shape.at_least)
    if shape.count is not None:
        return SomeIssues(count=desk.selector(part.at("count"), shape.count), is_=shape.is_ or NONE_AT_ALL)
    if shape.kpi is not None:
        return KpiHolds(kpi=desk.known(part.at("kpi"), shape.kpi, known.kpis, "KPI"), is_=shape.is_ or NONE_AT_ALL)
    if shape.page is not None:
        return PageStands(label=shape.page.label, headings=tuple(tuple(one) for one in shape.page.headings))
    if shape.gate is not None:
        return GatePassed(gate=desk.known(part.at("gate"), shape.gate, known.gates, "gate"))
    return SomeIssues(count=NOTHING, is_=NONE_AT_ALL)


def _check_form(part: Part, shape: CriterionShape, desk: Desk) -> None:
    """Exactly one of every, count, kpi, page and gate, with what belongs to it and nothing else."""
    given = {
        field.alias or name
        for name, field in CriterionShape.model_fields.items()
        if name in shape.model_fields_set and getattr(shape, name) is not None
    }
    forms = [form for form in FORMS if form in given]
    if len(forms) != 1:
        what = f"{' and '.join(forms)} stand together" if forms else "nothing is checked"
        desk.complaints.add(part, what, f"write exactly one of {', '.join(FORMS)}")
        return
    needed = FORMS[forms[0]] - {"at_least"}
    for key in sorted(needed - given):
        desk.complaints.add(part, f"{forms[0]!r} stands without {key!r}", f"add '{key}: ...' here")
    for key in sorted(given & PARTNERS - FORMS[forms[0]]):
        desk.complaints.add_key(part.at(key), f"{key!r} does not go with {forms[0]!r}", "remove it")
