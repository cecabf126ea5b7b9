"""Section 6: checks of a responsibility assignment matrix (RACI, or RASCI with support).

Source: the rule of one accountable role a row; PM² Guide (RASCI). The bounds for warnings are this project's own.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Literal

from connector.core.figures.reading import Reading, share

FindingCode = Literal[
    "no_accountable",
    "several_accountable",
    "no_responsible",
    "several_letters",
    "unknown_letter",
    "many_consulted",
    "accountable_for_much",
    "inactive_person",
    "role_without_person",
]
WARNINGS: frozenset[FindingCode] = frozenset({"many_consulted", "accountable_for_much"})
LETTERS = frozenset("RACI")
SUPPORT = "S"
BOTH = frozenset("AR")
"""Who is accountable may do the work, too: the one case of two letters in a cell."""
MANY_CONSULTED = 5
MUCH = Decimal("0.30")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A deliverable, work package or decision. `cells` holds the letters by role; empty ones may be left out.

    `assignee` is responsible and `owner` accountable where no cell says who is.
    """

    id: str
    cells: Mapping[str, str] = field(default_factory=dict)
    assignee: str | None = None
    owner: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RaciMatrix:
    """Rows, and which person plays which role. A role that `people` does not know is a person's own name.

    `active` are the people who are active users. `allows_support`: S is a letter, too (RASCI).
    """

    rows: tuple[Row, ...]
    people: Mapping[str, str | None] = field(default_factory=dict)
    active: frozenset[str] = frozenset()
    allows_support: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RaciFinding:
    """Something wrong with a matrix: in a `row` (none: in the whole), about a role or person."""

    code: FindingCode
    row: str | None = None
    who: str | None = None

    @property
    def is_warning(self) -> bool:
        """Whether the matrix is usable all the same."""
        return self.code in WARNINGS


def check_raci(matrix: RaciMatrix) -> tuple[RaciFinding, ...]:
    """All findings, row by row, then those about people and roles."""
    rows = [_filled(row) for row in matrix.rows]
    by_row = [finding for row in rows for finding in _check_row(row, matrix)]
    return (*by_row, *_people(rows, matrix), *_busy(rows, matrix))


def raci_soundness(matrix: RaciMatrix) -> Reading:
    """Rows without an error / all rows. A ratio; warnings do not count. Null `no_data` without a row."""
    wrong = {one.row for one in check_raci(matrix) if not one.is_warning}
    rows = [row.id for row in matrix.rows]
    return share([row for row in rows if row not in wrong], rows)


def _filled(row: Row) -> Row:
    """The row with its assignee as R and its owner as A, where no cell has the letter."""
    cells = {role: letters for role, letters in row.cells.items() if _letters(letters)}
    used = frozenset(letter for letters in cells.values() for letter in _letters(letters))
    for letter, person in (("A", row.owner), ("R", row.assignee)):
        if letter not in used and person is not None:
            cells[person] = f"{cells.get(person, '')}{letter}"
    return replace(row, cells=cells)


def _letters(text: str) -> str:
    return "".join(one for one in text.upper() if one not in " /,;+&、，；／")


def _check_row(row: Row, matrix: RaciMatrix) -> list[RaciFinding]:
    known = LETTERS | {SUPPORT} if matrix.allows_support else LETTERS
    found: list[RaciFinding] = []
    for role, text in row.cells.items():
        letters = _letters(text)
        if not known.issuperset(letters):
            found.append(RaciFinding(code="unknown_letter", row=row.id, who=role))
        elif len(letters) > 1 and (set(letters) != BOTH or len(letters) > 2):
            found.append(RaciFinding(code="several_letters", row=row.id, who=role))
    count = Counter(letter for text in row.cells.values() for letter in set(_letters(text)))
    if count["A"] == 0:
        found.append(RaciFinding(code="no_accountable", row=row.id))
    if count["A"] > 1:
        found.append(RaciFinding(code="several_accountable", row=row.id))
    if count["R"] == 0:
        found.append(RaciFinding(code="no_responsible", row=row.id))
    if count["C"] > MANY_CONSULTED:
        found.append(RaciFinding(code="many_consulted", row=row.id))
    return found


def _person(role: str, matrix: RaciMatrix) -> str | None:
    return matrix.people.get(role, role)


def _people(rows: Iterable[Row], matrix: RaciMatrix) -> list[RaciFinding]:
    """Roles that nobody plays, and people who are no active users, each with the first row that names them."""
    found: dict[tuple[FindingCode, str], RaciFinding] = {}
    for row in rows:
        for role in row.cells:
            person = _person(role, matrix)
            code: FindingCode = "role_without_person" if person is None else "inactive_person"
            if person is None or person not in matrix.active:
                who = role if person is None else person
                found.setdefault((code, who), RaciFinding(code=code, row=row.id, who=who))
    return list(found.values())


def _busy(rows: list[Row], matrix: RaciMatrix) -> list[RaciFinding]:
    """People who are accountable for more than 30 % of the rows."""
    accountable = Counter(
        person
        for row in rows
        for person in {_person(role, matrix) for role, text in row.cells.items() if "A" in _letters(text)}
        if person is not None
    )
    return [
        RaciFinding(code="accountable_for_much", who=person)
        for person, count in accountable.items()
        if count > MUCH * len(rows)
    ]
