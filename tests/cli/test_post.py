import json
from pathlib import Path

from click.testing import CliRunner, Result

from connector.cli.main import cli
from tests.intake.doorway import issue_updated

PAGE = {"userAccountId": "5b10", "page": {"id": 4711, "spaceKey": "OPS", "title": "Status"}}


def posted(folder: Path, *arguments: str) -> Result:
    return CliRunner().invoke(cli, ["post", str(folder), *arguments])


def rows(result: Result) -> list[list[str]]:
    lines = [line for line in result.stdout.splitlines() if line.startswith("│")]
    return [[cell.strip() for cell in line.strip("│").split("│")] for line in lines]


def test_every_file_of_a_folder_is_posted_to_the_door_of_its_product(tmp_path: Path) -> None:
    (tmp_path / "jira").mkdir()
    (tmp_path / "confluence").mkdir()
    (tmp_path / "jira" / "again.json").write_bytes(issue_updated())
    (tmp_path / "jira" / "first.json").write_bytes(issue_updated())
    (tmp_path / "jira" / "user.json").write_text('{"webhookEvent": "user_created"}')
    (tmp_path / "jira" / "notes.txt").write_text("not a payload")
    (tmp_path / "confluence" / "page.json").write_text(json.dumps(PAGE | {"event": "page_trashed"}))

    result = posted(tmp_path)

    assert (result.exit_code, rows(result)) == (
        0,
        [
            ["confluence/page.json", "202", "accepted: page.trashed", "1 EntityGone"],
            ["jira/again.json", "202", "accepted: issue.updated", "1 IssueSeen"],
            ["jira/first.json", "200", "seen before", ""],
            ["jira/user.json", "200", "left alone: people are not mirrored: an issue names them", ""],
        ],
    )
    assert result.stdout.splitlines()[-1] == "2 × 200, 2 × 202"


def test_bodies_without_an_event_name_are_given_the_one_asked_for(tmp_path: Path) -> None:
    folder = tmp_path / "confluence"
    folder.mkdir()
    (folder / "named.json").write_text(json.dumps(PAGE | {"event": "page_trashed"}))
    (folder / "nameless.json").write_text(json.dumps(PAGE))

    plain, hinted = posted(folder), posted(folder, "--event-header", "page_updated")

    assert [row[2] for row in rows(plain)] == ["accepted: page.trashed", "accepted: page.seen"]
    assert [row[2] for row in rows(hinted)] == ["accepted: page.trashed", "accepted: page.updated"]


def test_a_refusal_with_its_reason_is_no_failure_of_the_connector(tmp_path: Path) -> None:
    (tmp_path / "odd.json").write_text('{"hello": 1}')

    result = posted(tmp_path)

    assert (result.exit_code, rows(result)[0][1:3]) == (
        0,
        [
            "400",
            "not an event: no webhookEvent; expected a Jira webhook: a JSON object with webhookEvent and, for this "
            "event, its subject's id",
        ],
    )


def test_a_folder_without_payloads_is_a_mistake(tmp_path: Path) -> None:
    result = posted(tmp_path)

    assert (result.exit_code, result.stdout.splitlines()[-1]) == (1, "no .json file here")
