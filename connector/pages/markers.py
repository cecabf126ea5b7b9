"""Keeping people's inline comments on text that a region still holds after it was written anew."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from itertools import takewhile

from connector.pages.reading import StorageReader, as_bytes

_MARK = "ac:inline-comment-marker"
# Text in these is no text of the page: it cannot carry a comment.
_MUTE = frozenset({"ac:parameter", "ac:plain-text-body", "ac:plain-text-link-body", "ac:task-id", "ac:task-status"})
_CONTEXT = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class _Run:
    """Words that stand together in one text node, with the bytes of each character and the comments on them."""

    words: str
    starts: tuple[int, ...]
    end: int
    refs: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Mark:
    """Commented words: their comments, and the text before and after them."""

    words: str
    refs: tuple[str, ...]
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """Where commented words stand in the new text: from byte `start` to byte `end`."""

    start: int
    end: int
    refs: tuple[str, ...]


def keep_markers(old: str, new: str) -> str:
    """The new storage with the comments of the old one put back on the same words, where they are still there.

    Where the words stand several times, the place whose surroundings are most like the old ones is taken. A comment
    whose words are gone loses its place, as it does when a person deletes them.
    """
    if f"<{_MARK}" not in old:
        return new
    runs = _runs_of(new)
    raw = as_bytes(new)
    places: list[_Place] = []
    for mark in _marks_of(_runs_of(old)):
        place = _best_place(mark, runs, places)
        if place is not None:
            places.append(place)
    for place in sorted(places, key=lambda one: one.start, reverse=True):
        raw = raw[: place.start] + _marked(raw[place.start : place.end], place.refs) + raw[place.end :]
    return raw.decode()


def _runs_of(storage: str) -> list[_Run]:
    reader = _RunReader(as_bytes(storage))
    reader.read(reader.body)
    return reader.runs


def _marks_of(runs: list[_Run]) -> list[_Mark]:
    whole = "".join(run.words for run in runs)
    marks, position = [], 0
    for run in runs:
        after = position + len(run.words)
        if run.refs and run.words.strip():
            marks.append(
                _Mark(
                    words=run.words,
                    refs=run.refs,
                    before=whole[max(0, position - _CONTEXT) : position],
                    after=whole[after : after + _CONTEXT],
                )
            )
        position = after
    return marks


def _best_place(mark: _Mark, runs: list[_Run], taken: list[_Place]) -> _Place | None:
    """The free place of the mark's words whose surroundings are most like those they had."""
    whole = "".join(run.words for run in runs)
    best: tuple[int, _Place] | None = None
    position = 0
    for run in runs:
        for hit in re.finditer(re.escape(mark.words), run.words):
            place = _place(run, hit.start(), hit.end(), mark.refs)
            if any(place.start < one.end and one.start < place.end for one in taken):
                continue
            likeness = _likeness(mark, whole, position + hit.start(), position + hit.end())
            if best is None or likeness > best[0]:
                best = (likeness, place)
        position += len(run.words)
    return best[1] if best else None


def _place(run: _Run, first: int, last: int, refs: tuple[str, ...]) -> _Place:
    end = run.starts[last] if last < len(run.starts) else run.end
    return _Place(start=run.starts[first], end=end, refs=refs)


def _likeness(mark: _Mark, whole: str, start: int, end: int) -> int:
    """How many characters before and after the place are those that stood around the mark."""
    return _shared(reversed(mark.before), reversed(whole[:start])) + _shared(mark.after, whole[end:])


def _shared(one: Iterable[str], other: Iterable[str]) -> int:
    """How many letters both begin with."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def _marked(words: bytes, refs: tuple[str, ...]) -> bytes:
    opening = "".join(f'<{_MARK} ac:ref="{escape(ref)}">' for ref in refs)
    return opening.encode() + words + f"</{_MARK}>".encode() * len(refs)


class _RunReader(StorageReader):
    """Gathers the runs of text that may carry comments."""

    def __init__(self, body: bytes) -> None:
        super().__init__()
        self.body = body
        self.runs: list[_Run] = []
        self._refs: list[str] = []
        self._mute = 0
        self._parser.StartCdataSectionHandler = self._begin_cdata
        self._parser.EndCdataSectionHandler = self._end_cdata
        self._begin()

    def started(self, name: str, attributes: dict[str, str]) -> None:
        self._close()
        if name == _MARK:
            self._refs.append(attributes.get("ac:ref", ""))
        self._mute += name in _MUTE

    def ended(self, name: str) -> None:
        self._close()
        if name == _MARK:
            self._refs.pop()
        self._mute -= name in _MUTE

    def texted(self, words: str) -> None:
        if self._mute:
            return
        at = self.at
        if self.body[at : at + 1] == b"&":
            self._starts += [at] * len(words)
            self._until = self.body.index(b";", at) + 1
        else:
            for letter in words:
                self._starts.append(at)
                at += 2 if self.body[at : at + 2] == b"\r\n" else len(letter.encode())
            self._until = at
        self._words += words

    def _begin(self) -> None:
        self._words, self._starts, self._until = "", list[int](), 0

    def _close(self) -> None:
        if self._words:
            run = _Run(words=self._words, starts=tuple(self._starts), end=self._until, refs=tuple(self._refs))
            self.runs.append(run)
        self._begin()

    def _begin_cdata(self) -> None:
        self._close()
        self._mute += 1

    def _end_cdata(self) -> None:
        self._mute -= 1
