"""Letters in any order, and some twice, leave the same tables as letters in their order: through the whole pipeline."""

import random
from dataclasses import replace

import orjson
import pytest
from sqlalchemy import Engine, select

from connector.normalise.letter import Letter, Source
from connector.store.engine import reading, writing
from connector.store.entities import of_project
from connector.store.tables import entities, issue_changes, issues, metadata
from tests.normalise.history import STEPS, Story
from tests.pipeline.desk import Desk

Posted = tuple[Source, bytes]
MIRROR = (issues, issue_changes, entities)
KINDS = ("comment", "worklog", "link", "property", "version", "page")


class Posting(Story):
    """A story whose deliveries are kept as they were posted. Nobody reads anything up."""

    def __init__(self) -> None:
        super().__init__()
        self.posted: list[Posted] = []

    def _deliver(self, source, body) -> None:
        raw = orjson.dumps({"timestamp": int(self.now.timestamp() * 1000), **body})
        self.posted.append((source, raw))


def lived(seed: int, steps: int = 45) -> list[Posted]:
    chance, story = random.Random(seed), Posting()
    told = sorted(set(STEPS) - {"read", "read_page"})
    for _ in range(3):
        story.take("create", 0, 1)
    story.take("edit_page", 0, 1)
    for _ in range(steps):
        story.take(chance.choice(told), chance.randrange(50), chance.randint(1, 90_000))
    return story.posted


def tables(engine: Engine, posted: list[Posted], size: int) -> dict[str, object]:
    """The mirror's rows after these letters, in batches of this size."""
    with writing(engine) as conn:
        for table in reversed(metadata.sorted_tables):
            conn.execute(table.delete())
    desk = Desk(engine)
    pipeline = replace(desk.pipeline, reader=Nobody())
    for n, (source, raw) in enumerate(posted):
        desk.put(raw + b" " * n, source=source)
    while pipeline.take_batch(limit=size).letters:
        pass
    assert desk.left("aside") == []
    with reading(engine) as conn:
        rows = {table.name: [one._asdict() for one in conn.execute(select(table))] for table in MIRROR}
        by_project = {key: of_project(conn, "main", key, KINDS) for key in ("OPS", "MKT")}
    for row in rows["entities"]:
        # What belongs to an issue or page is found where that is now, whatever its own payload named.
        row["project"] = None if row["parent"] else row["project"]
    found: dict[str, object] = {name: sorted(some, key=repr) for name, some in rows.items()}
    return found | {key: [(one.kind, one.id) for one in some] for key, some in by_project.items()}


class Nobody:
    """Products that cannot be asked."""

    def issues(self, site, ids):
        return []

    def page(self, site, page_id):
        return []


def test_letters_are_what_the_door_takes() -> None:
    for source, raw in lived(1):
        assert Letter(site="main", source=source, name=None, body=raw, received_at=Story().now).body


@pytest.mark.parametrize("seed", range(4))
def test_a_history_that_is_shuffled_and_repeated_leaves_the_same_tables_and_facts(engine: Engine, seed: int) -> None:
    posted, chance = lived(seed), random.Random(seed)
    mixed = [*posted, *chance.choices(posted, k=15)]
    chance.shuffle(mixed)

    assert tables(engine, mixed, chance.choice((1, 3, 200))) == tables(engine, posted, 7)
