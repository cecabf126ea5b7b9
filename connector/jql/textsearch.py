"""The ~ operator: words, "phrases", prefix*, wild?cards, and Chinese, which has no spaces between words."""

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fnmatch import translate
from functools import lru_cache

Matcher = Callable[[str], bool]
Piece = str | re.Pattern[str]

_CJK = r"\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uac00-\ud7af"
_TOKENS = re.compile(rf"[{_CJK}]|(?:(?![{_CJK}])\w)+")
_WANTED = re.compile(rf"[{_CJK}]|(?:(?![{_CJK}])[\w*?])+")
_CHUNKS = re.compile(r'([+\-!]?)(?:"([^"]*)"(?:~\d+)?|([^\s"()]+)|([()]))')
_SUFFIX = re.compile(r"(?<=\w)[~^][\d.]*$")
_ENDINGS = (("ing", 6), ("ed", 5), ("es", 5), ("s", 4), ("e", 5))
_JOINTS = {"AND": "AND", "&&": "AND", "OR": "OR", "||": "OR", "NOT": "NOT"}
_STOP_WORDS = """
a an and are as at be but by for if in into is it no not of on or such that the their then there these they this to
was will with
"""
_STOP = frozenset(_STOP_WORDS.split())


@dataclass(frozen=True, slots=True)
class Spoken:
    """A text as its words and as their stems, kept as texts, which are small and quickly searched."""

    words: str
    stems: str


class LeadingWildcard(ValueError):
    """A search word starts with * or ?, which Jira refuses."""


def search(query: str) -> Matcher:
    """A predicate over texts. All words must be found; OR between two words wants one of them, NOT and - none.

    Source: Search syntax for text fields: terms without an operator are joined by AND, case makes no difference, a
    phrase stands in quotes, * and ? are wildcards inside or behind a word, ~ and ^ behind a word are ignored.
    Raises LeadingWildcard.
    """
    wanted: list[list[Sequence[Piece]]] = []
    barred: list[Sequence[Piece]] = []
    joint = "AND"
    for sign, phrase, word, _ in _CHUNKS.findall(unicodedata.normalize("NFKC", query)):
        if word in _JOINTS and not sign:
            joint = _JOINTS[word]
        elif pieces := _pieces(phrase or _SUFFIX.sub("", word)):
            if joint == "NOT" or sign in ("-", "!"):
                barred.append(pieces)
            elif joint == "OR" and wanted:
                wanted[-1].append(pieces)
            else:
                wanted.append([pieces])
            joint = "AND"
    return _matcher(_without_stop_words(wanted), barred)


def _without_stop_words(groups: list[list[Sequence[Piece]]]) -> list[list[Sequence[Piece]]]:
    kept = [one for one in groups if not (len(one) == 1 and len(one[0]) == 1 and one[0][0] in _STOP)]
    return kept if any(kept) else groups


def _matcher(groups: list[list[Sequence[Piece]]], barred: list[Sequence[Piece]]) -> Matcher:
    def matches(text: str) -> bool:
        words = tokens(text)
        if not all(any(_stands(one, words) for one in group) for group in groups):
            return False
        return bool(groups or barred) and not any(_stands(one, words) for one in barred)

    return matches


def _pieces(chunk: str) -> list[Piece]:
    """The words of a chunk that must follow one another."""
    found: list[Piece] = []
    for word in _WANTED.findall(chunk.casefold()):
        if word[0] in "*?":
            raise LeadingWildcard(word)
        found.append(_wild(word) if "*" in word or "?" in word else stem(word))
    return found


def _wild(word: str) -> re.Pattern[str]:
    # fnmatch's own translation, which tries no star twice: a word full of stars must not take for ever.
    return re.compile(translate(word.replace("[", "[[]")))


def _stands(pieces: Sequence[Piece], spoken: Spoken) -> bool:
    """Whether the pieces stand in the text, one directly after the other."""
    if all(isinstance(one, str) for one in pieces):
        return f" {' '.join(map(str, pieces))} " in spoken.stems
    if len(pieces) == 1 and isinstance(pieces[0], re.Pattern):
        return any(map(pieces[0].fullmatch, spoken.words.split()))
    words, stems = spoken.words.split(), spoken.stems.split()
    return any(
        all(_fits(piece, words[start + index], stems[start + index]) for index, piece in enumerate(pieces))
        for start in range(len(words) - len(pieces) + 1)
    )


def _fits(piece: Piece, word: str, short: str) -> bool:
    return piece == short if isinstance(piece, str) else piece.fullmatch(word) is not None


@lru_cache(maxsize=16_384)
def tokens(text: str) -> Spoken:
    """The words of a text and their stems, with a blank around each. Every Chinese character is a word of its own."""
    found = _TOKENS.findall(unicodedata.normalize("NFKC", text).casefold())
    return Spoken(words=f" {' '.join(found)} ", stems=f" {' '.join(map(stem, found))} ")


@lru_cache(maxsize=16_384)
def stem(word: str) -> str:
    """An English word without its commonest endings, so that `test` finds tests, tested and testing."""
    if not word.isascii() or not word.isalpha() or len(word) < 4:
        return word
    for ending, least in _ENDINGS:
        if word.endswith(ending) and len(word) >= least and not word.endswith("ss"):
            word = _trimmed(word.removesuffix(ending), doubles=ending in ("ing", "ed"))
            break
    return f"{word[:-1]}i" if word.endswith("y") else word


def _trimmed(cut: str, doubles: bool) -> str:
    """Without the letter that planning doubles, and without the e that customize loses in customizing."""
    return cut[:-1] if doubles and len(cut) > 3 and cut[-1] == cut[-2] != "s" else cut.removesuffix("e")


def like(pattern: str) -> Matcher:
    """For versions: ~ compares the whole name, and * and ? stand for any characters."""
    wanted = _wild(pattern.casefold())
    return lambda name: wanted.fullmatch(name.casefold()) is not None
