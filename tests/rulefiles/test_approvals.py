from connector.core.rulebook import Approvals, Place, Rulebook
from connector.rulefiles.files import RuleFile
from connector.rulefiles.projects import Defaults
from connector.rulefiles.read import read_files
from tests.rulefiles.reading import CASES


def read(text: str) -> Rulebook:
    found = read_files([RuleFile(name="rules.yaml", content=text.encode())], None, Defaults(locale="en"))
    assert isinstance(found, Rulebook), str(found)
    return found


def test_approvals_name_their_roles_and_how_many_people_of_them() -> None:
    rules = read((CASES / "approvals.good.yaml").read_text("utf-8"))
    roles = rules.roles

    assert {gate.id: gate.approvals for gate in rules.gates} == {
        "two": Approvals(
            roles=(roles["sponsor"], roles["pm"]), quorum=3, place=Place(file="rules.yaml", line=13, column=16)
        ),
        "each": Approvals(roles=(roles["board"],), place=Place(file="rules.yaml", line=19, column=16)),
        "many": Approvals(
            roles=(roles["board"], roles["pm"]), quorum=9, place=Place(file="rules.yaml", line=26, column=16)
        ),
    }


def test_a_project_may_have_its_own_approvals() -> None:
    text = """\
language: 1
parameters:
  quorum: {default: 2}
projects:
  - {jira: OPS, with: {quorum: 1}}
  - {jira: MKT, override: {gates: {start: {approvals: {roles: pm}}}}}
phases: [{id: planning}, {id: executing}]
roles:
  - {id: pm, people: [ben, chen]}
gates:
  - id: start
    from: planning
    to: executing
    gate_issue: labels = kickoff
    decided: {GO: Passed}
    approvals: {roles: [pm], quorum: $quorum}
"""

    asked = [read(text).for_project(key).gates[0].approvals for key in ("ANY", "OPS", "MKT")]

    assert [one.quorum if one else "none" for one in asked] == [2, 1, None]
