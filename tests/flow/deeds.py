"""What people do in a town that takes more than one call."""

from typing import Any

import pytest

from tests.flow.town import Town

BOTH = pytest.mark.parametrize("deployment", ["cloud", "datacenter"])


def pass_gate(place: Town, key: str) -> None:
    place.move(key, "Gate Review")
    place.step()
    offered = place.ask("GET", f"api/2/issue/{key}/transitions", expand="transitions.fields")["transitions"]
    chosen = next(one for one in offered if one["to"]["name"] == "Passed")
    fields = {
        name: {"id": field["allowedValues"][0]["id"]} if field.get("allowedValues") else "2026-01-01"
        for name, field in chosen.get("fields", {}).items()
        if field["required"]
    }
    place.ask("POST", f"api/2/issue/{key}/transitions", {"transition": {"id": chosen["id"]}, "fields": fields})
    place.step()


def status_page(place: Town) -> Any:
    (page,) = [page for page in place.box.world.confluence.pages("OPS") if "status" in page.title.lower()]
    return page


def person_writes(place: Town, words: str) -> None:
    save(place, status_page(place).latest.body + words)


def save(place: Town, body: str) -> None:
    page = status_page(place)
    number = page.latest.number + 1
    storage = {"representation": "storage", "value": body}
    if place.is_cloud:
        path = f"api/v2/pages/{page.id}"
        asked: dict[str, Any] = {"id": str(page.id), "status": "current", "body": storage}
    else:
        path, asked = f"rest/api/content/{page.id}", {"type": "page", "body": {"storage": storage}}
    asked |= {"title": page.title, "version": {"number": number}}
    place.ask("PUT", f"{place.box.world.confluence_url}/{path}", asked)
    place.step()
