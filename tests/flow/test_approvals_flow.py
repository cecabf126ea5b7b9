from pathlib import Path

from sqlalchemy import Engine

from tests.flow.town import Town, town

RULES = """\
language: 1
projects: [{jira: OPS, mode: write}]
phases: [{id: planning}, {id: executing}]
roles:
  - {id: sponsor, title: Sponsor, people: [Chen Yue]}
  - {id: pm, title: Project manager, people: [Ben Okafor]}
gates:
  - id: plan
    title: Plan baseline
    from: planning
    to: executing
    gate_issue: issuetype = "Phase Gate"
    decided: {GO: Passed}
    on_early_pass: return
    return_to: Returned
    approvals: {roles: [sponsor, pm], quorum: 2}
"""


def say(place: Town, key: str, person: str, words: str) -> str:
    made = place.ask("POST", f"api/2/issue/{key}/comment", {"body": words}, person)
    place.step()
    return str(made["id"])


def reword(place: Town, key: str, comment: str, person: str, words: str) -> None:
    place.ask("PUT", f"api/2/issue/{key}/comment/{comment}", {"body": words}, person)
    place.step()


def pass_gate(place: Town, key: str) -> str:
    """Take the gate to Passed; the status that it has once all is carried through."""
    place.move(key, "Gate Review")
    place.step()
    place.move(key, "Passed")
    place.step()
    return str(place.issue(key)["status"]["name"])


def decision(place: Town, key: str) -> object:
    held = place.ask("GET", f"api/2/issue/{key}/properties/lifecycle.gate")["value"]
    return held["recommendation"], held["decision"]


def test_a_gate_goes_back_until_the_people_of_its_roles_have_approved_it_in_comments(
    tmp_path: Path, engine: Engine
) -> None:
    rules = tmp_path / "rules"
    rules.mkdir()
    (rules / "rules.yaml").write_text(RULES)
    with town(tmp_path, engine, rules=rules) as place:
        key = place.make("Phase Gate", "Start the work")
        place.step()
        say(place, key, "ben", "Approved, the plan is sound.")
        say(place, key, "dana", "Approved")
        refusal = say(place, key, "chen", "Rejected: no budget yet")

        assert pass_gate(place, key) == "Returned"
        assert decision(place, key) == ("NOT_READY", None)
        assert "1 of 2 approvals; still missing: Sponsor; refused by Chen Yue" in place.comments(key)[-1]

        reword(place, key, refusal, "chen", "批准。")
        assert pass_gate(place, key) == "Returned"
        assert "1 of 2 approvals; still missing: Project manager" in place.comments(key)[-1]

        say(place, key, "chen", "Approve")
        say(place, key, "ben", "Approve")
        assert pass_gate(place, key) == "Passed"
        assert decision(place, key) == ("READY", "GO")
