"""What a rollup finds to have happened: a gate was decided, a KPI crossed into another light."""

from collections.abc import Mapping, Sequence

from connector.core.decide import Decided, decide_project
from connector.core.findings import Findings, GateRun, Light
from connector.core.judging import Happening, Judging
from connector.core.rulebook import Rulebook


def turns(
    found: Findings, runs: Sequence[GateRun], past: Sequence[GateRun], lights: Mapping[str, Light]
) -> list[Happening]:
    """What is new since the last rollup. runs: those that this one keeps; lights: what each KPI showed last.

    A KPI that was never looked at before has crossed nothing.
    """
    known = {(run.gate, run.sequence) for run in past if run.decision is not None}
    decided = [run for run in runs if run.decision is not None and (run.gate, run.sequence) not in known]
    crossed = [one for one in found.kpis if one.kpi in lights and lights[one.kpi] != one.light]
    return [
        *(
            Happening(
                names=frozenset({"gate.decided"}),
                about={"gate": run.gate, "decision": run.decision, "by": run.decided_by, "issue": run.gate_issue},
                occasion=f"gate {run.gate} {run.sequence} {run.decision}",
            )
            for run in decided
        ),
        *(
            Happening(
                names=frozenset({"kpi.crossed"}),
                about={"kpi": one.kpi, "into": one.light, "from": lights[one.kpi], "value": one.figure.value},
                occasion=f"kpi {one.kpi} {one.light} {found.as_of.isoformat()}",
            )
            for one in crossed
        ),
    ]


def is_heard(rulebook: Rulebook, happened: Happening) -> bool:
    """Whether any rule answers to it."""
    return any(rule.hears(name, happened.about) for rule in rulebook.automations for name in happened.names)


def decide_turns(happened: Sequence[Happening], judging: Judging) -> Decided:
    """What the rules say to all of it together."""
    decided = [decide_project(one, judging) for one in happened]
    return Decided(
        planned=tuple(planned for one in decided for planned in one.planned),
        subjects={key: subject for one in decided for key, subject in one.subjects.items()},
        marks={issue: mark for one in decided for issue, mark in one.marks.items()},
        cut=tuple(chain for one in decided for chain in one.cut),
        problems=tuple(problem for one in decided for problem in one.problems),
        waits=tuple(wait for one in decided for wait in one.waits),
        is_over=tuple(pair for one in decided for pair in one.is_over),
    )
