"""Labels and content properties of pages."""

import re
from collections.abc import Sequence

import orjson

from connector.sandbox.confluence.model import Label, Page, Property
from connector.sandbox.confluence.problem import ConfluenceProblem, StaleVersion
from connector.sandbox.confluence.state import ConfluenceState
from connector.sandbox.users import Person

LONGEST_VALUE = 32768
_LONGEST_NAME = 255
_NOT_IN_LABELS = re.compile(r"[\s!#&()*,.:;<>?@\[\]^]")
_PREFIXES = frozenset({"global", "my", "team", "system"})


def add_labels(state: ConfluenceState, page: Page, wanted: Sequence[tuple[str, str]], actor: Person) -> None:
    """Put labels (prefix, name) on a page; those it has stay. 400 for a name that Confluence does not take."""
    checked = [_checked(prefix, name) for prefix, name in wanted]
    for prefix, name in checked:
        if any((one.prefix, one.name) == (prefix, name) for one in page.labels):
            continue
        label = Label(id=_label_id(state, prefix, name), name=name, prefix=prefix)
        page.labels.append(label)
        state.index.note_page(page, state.held)
        state.tell.label("label_added", label, page, actor)
    state.host.changed()


def remove_label(state: ConfluenceState, page: Page, name: str, actor: Person) -> None:
    """Take a label from a page; 404 when the page does not have it."""
    wanted = name.rpartition(":")[2].lower()
    label = next((one for one in page.labels if one.name == wanted), None)
    if label is None:
        raise ConfluenceProblem(404, f"Label {name} is not on content {page.id}")
    page.labels.remove(label)
    state.index.note_page(page, state.held)
    state.tell.label("label_removed", label, page, actor)
    state.host.changed()


def add_property(state: ConfluenceState, page: Page, key: object, value: object, actor: Person) -> Property:
    """Make a content property. 400 when the key is missing or taken, or there is no value."""
    if not isinstance(key, str) or not key.strip() or len(key) > _LONGEST_NAME:
        raise ConfluenceProblem(400, f"A property key has 1 to {_LONGEST_NAME} characters.")
    if key in page.properties:
        raise ConfluenceProblem(400, f"A property with the key {key} already exists on content {page.id}")
    _check_value(value)
    made = Property(
        id=state.host.next_id("property"), key=key, value=value, number=1, at=state.host.clock.now(), by=actor.id
    )
    page.properties[key] = made
    state.host.changed()
    return made


def change_property(
    state: ConfluenceState, found: Property, value: object, number: int, message: str, actor: Person
) -> Property:
    """Write the next version of a content property. 409 unless `number` follows the present one."""
    if number != found.number + 1:
        raise StaleVersion(found.number, number)
    _check_value(value)
    found.value, found.number, found.message = value, number, message
    found.at, found.by = state.host.clock.now(), actor.id
    state.host.changed()
    return found


def remove_property(state: ConfluenceState, page: Page, key: str) -> None:
    """Delete a content property."""
    del page.properties[key]
    state.host.changed()


def property_of(page: Page, key: str) -> Property:
    """The property of this key; 404 when there is none."""
    found = page.properties.get(key)
    if found is None:
        raise ConfluenceProblem(404, f"Cannot find content property with key {key} on content {page.id}")
    return found


def property_of_id(page: Page, number: str) -> Property:
    """The property of this id; 404 when there is none."""
    for one in page.properties.values():
        if str(one.id) == number:
            return one
    raise ConfluenceProblem(404, f"Cannot find content property with id {number} on content {page.id}")


def _checked(prefix: str, name: str) -> tuple[str, str]:
    if prefix not in _PREFIXES:
        raise ConfluenceProblem(400, f"Label prefix '{prefix}' is invalid.")
    if not name or len(name) > _LONGEST_NAME or _NOT_IN_LABELS.search(name):
        raise ConfluenceProblem(400, f"Label '{name}' contains invalid characters, or is empty or too long.")
    return prefix, name.lower()


def _label_id(state: ConfluenceState, prefix: str, name: str) -> int:
    for page in state.held.pages.values():
        for one in page.labels:
            if (one.prefix, one.name) == (prefix, name):
                return one.id
    return state.host.next_id("label")


def _check_value(value: object) -> None:
    if value is None:
        raise ConfluenceProblem(400, "A property needs a value.")
    if len(orjson.dumps(value).decode()) > LONGEST_VALUE:
        raise ConfluenceProblem(413, f"The value is longer than {LONGEST_VALUE} characters.")
