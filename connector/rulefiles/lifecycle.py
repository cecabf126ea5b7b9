"""Gates that no project can ever come to or pass: phases that nothing opens, and gates that wait for each other."""

from collections.abc import Mapping
from dataclasses import dataclass

from connector.rulefiles.merge import Merged
from connector.rulefiles.part import Complaints, Part
from connector.rulefiles.shape_gates import GateShape


@dataclass(frozen=True, slots=True, kw_only=True)
class _Gate:
    """A gate by the numbers of its phases, and the gates that its musts wait for, each with the place of that."""

    part: Part
    shape: GateShape
    leaves: int
    opens: int
    awaits: Mapping[str, Part]


def check_lifecycle(rules: Merged, complaints: Complaints) -> None:
    """Complain about gates that cannot be reached, and about those that can never be passed."""
    order = list(rules.phases)
    gates = {
        name: _gate(part, shape, order, rules)
        for name, (part, shape) in rules.gates.items()
        if shape.from_ in order and shape.to in order
    }
    reached = _passable(gates, waits=False)
    for name, gate in gates.items():
        if name not in reached:
            what = f"no gate opens {gate.shape.from_!r}, so that no project comes to this one"
            complaints.add(gate.part.at("from"), what, "let a gate open that phase, or leave an earlier one")
    passed = _passable({name: gate for name, gate in gates.items() if name in reached}, waits=True)
    for name in reached - passed:
        for other, part in gates[name].awaits.items():
            if other in reached - passed:
                what = f"it waits for {other!r}, which cannot be passed before it"
                complaints.add(part, what, "let one of the two gates go without the other")


def _gate(part: Part, shape: GateShape, order: list[str], rules: Merged) -> _Gate:
    awaits = {
        one.gate: part.at("must", index, "gate")
        for index, one in enumerate(shape.must)
        if one.gate is not None and one.gate in rules.gates and one.gate != shape.id
    }
    return _Gate(part=part, shape=shape, leaves=order.index(shape.from_), opens=order.index(shape.to), awaits=awaits)


def _passable(gates: Mapping[str, _Gate], *, waits: bool) -> set[str]:
    """The gates that some project can pass, beginning with the earliest phase that a gate leaves."""
    phase = min((gate.leaves for gate in gates.values()), default=0)
    passed = set[str]()
    while True:
        fresh = {
            name
            for name, gate in gates.items()
            if name not in passed and gate.leaves <= phase and (not waits or gate.awaits.keys() <= passed)
        }
        if not fresh:
            return passed
        passed |= fresh
        phase = max(phase, *(gates[name].opens for name in fresh))
