import gc
from string import Formatter

import pytest

from connector.demo.planning import PLANNED
from connector.demo.play import STEPS
from connector.demo.wording import Both
from connector.demo.work import (
    FORGOTTEN,
    HAZARDS,
    MILESTONES,
    PROMISES,
    STREAMS,
    UPGRADE,
    WEEKEND,
    WORK,
    friday,
    monday,
)


def texts() -> list[Both]:
    """Every text of the story that stands in a module."""
    return [one for one in gc.get_objects() if isinstance(one, Both)]


def places(text: str) -> set[str | None]:
    return {name for _, name, _, _ in Formatter().parse(text)}


def is_chinese(text: str) -> bool:
    return any("\u4e00" <= letter <= "\u9fff" for letter in text)


def test_every_text_is_there_in_both_languages_with_the_same_places() -> None:
    found = [one for one in texts() if any(letter.isalpha() and len(one.en) > 2 for letter in one.en)]

    assert len(found) > 100
    assert [one.en for one in found if not is_chinese(one.zh) or is_chinese(one.en)] == []
    assert [one.en for one in found if places(one.en) != places(one.zh)] == []


@pytest.mark.parametrize(("locale", "said"), [("en", "3 issues"), ("zh_CN", "共 3 个事项")])
def test_a_text_is_said_in_the_language_of_the_story(locale: str, said: str) -> None:
    assert Both("{count} issues", "共 {count} 个事项").say(locale, count=3) == said


def test_some_sixty_issues_are_planned() -> None:
    assert 58 <= PLANNED <= 64


def test_every_name_of_the_story_means_one_thing() -> None:
    names = [one.name for group in (STREAMS, WORK, MILESTONES, HAZARDS, PROMISES) for one in group]

    assert len(set(names)) == len(names)
    assert {UPGRADE, WEEKEND, *FORGOTTEN} <= set(names)


def test_work_belongs_to_a_workstream_that_is_under_way_until_it_is_done() -> None:
    streams = {one.name: one for one in STREAMS}

    outside = [
        one.name
        for one in WORK
        if not streams[one.stream].start <= one.start <= one.done <= streams[one.stream].due + 1
    ]
    assert outside == []
    assert [one.name for one in (*WORK, *MILESTONES) if not one.start <= one.due <= one.done] == []


def test_half_a_year_passes() -> None:
    assert 170 <= (friday(26) - monday(1)).days <= 185
    assert [step.day for step in STEPS] == sorted(step.day for step in STEPS)
