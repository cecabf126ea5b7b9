from pathlib import Path

from connector.pages.templates import read_templates
from connector.rehearsal.cases.reading import read_cases
from connector.rehearsal.cases.running import Ground, Played, ground_of, play
from connector.rulefiles.problem import Problems

TEMPLATES = read_templates(Path(__file__).parents[2] / "templates")
RULES = """\
language: 1
projects: [{jira: OPS, mode: write}]
phases: [{id: planning}, {id: executing}]
roles:
  - {id: sponsor, people: [li]}
  - {id: pm, people: [ana]}
gates:
  - id: plan
    from: planning
    to: executing
    gate_issue: issuetype = "Phase Gate"
    decided: {GO: Passed}
    on_early_pass: return
    return_to: In Review
    approvals: {roles: [sponsor, pm]}
"""
CASES = """\
language: 1
project: OPS
statuses: {Passed: done}
cases:
  - name: A gate waits for those who have not approved
    now: 2026-03-16 09:00
    given:
      issues:
        - {key: OPS-3, comments: ["2026-03-14 li: Approved"]}
        - {key: OPS-9, type: Phase Gate, status: In Review, comments: ["2026-03-15 ana: Approved"]}
    when: rollup
    expect: {gates: {plan: {recommendation: NOT_READY, fails: approvals}}}
  - name: A gate that all have approved is ready
    now: 2026-03-16 09:00
    given:
      issues:
        - {key: OPS-3, comments: ["2026-03-14 li: Rejected"]}
        - key: OPS-9
          type: Phase Gate
          status: In Review
          comments: ["2026-03-14 li: 同意", "2026-03-15 ana: Approved"]
    when: rollup
    expect: {gates: {plan: {recommendation: READY, fails: []}}}
  - name: A comment that withdraws takes the approval back
    now: 2026-03-16 09:00
    given:
      issues:
        - key: OPS-9
          type: Phase Gate
          status: In Review
          comments: ["2026-03-14 li: Approved", "2026-03-15 ana: Approved"]
    before: [{commented: OPS-9, says: Rejected, by: li, at: 2026-03-15 18:00}]
    when: {updated: OPS-9, change: {status: Passed}, by: zoe}
    expect:
      writes:
        - {comment: OPS-9, says: [sponsor, li], purpose: gate plan}
        - {move: OPS-9, to: In Review}
        - {property: OPS-9, name: lifecycle.gate}
      gates: {plan: {returned: true, fails: approvals}}
"""


def test_a_case_gives_approvals_as_comments_of_the_gate_s_issue(tmp_path: Path) -> None:
    (tmp_path / "tests").mkdir()
    (tmp_path / "rules.yaml").write_text(RULES, "utf-8")
    (tmp_path / "tests" / "gates.yaml").write_text(CASES, "utf-8")
    cases = read_cases(tmp_path)
    assert not isinstance(cases, Problems), str(cases)
    ground = ground_of(tmp_path, cases[0].project, TEMPLATES)
    assert isinstance(ground, Ground), str(ground)

    done = [play(case, ground, TEMPLATES) for case in cases]

    missed = [(one.name, line) for one in done if isinstance(one, Played) for line in one.lines if not line.is_met]
    assert (len(done), [one for one in done if not isinstance(one, Played)], missed) == (3, [], [])
