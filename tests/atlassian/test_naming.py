"""What sites call things: asked of Jira Cloud and Data Center, and of both Confluences for their spaces."""

from collections.abc import Callable

import pytest
import responses

from connector.atlassian.failures import Refused
from connector.atlassian.jira import Jira, SiteNames
from tests.atlassian.sites import (
    CLOUD_API,
    DC_API,
    DC_WIKI_API,
    WIKI,
    cloud_jira,
    cloud_wiki,
    dc_jira,
    dc_wiki,
    query,
)

SITES = [pytest.param(cloud_jira, CLOUD_API, id="cloud"), pytest.param(dc_jira, DC_API, id="datacenter")]


def named(*names: str) -> list[dict[str, str]]:
    return [{"id": str(number), "name": name} for number, name in enumerate(names)]


@pytest.mark.parametrize(("jira", "api"), SITES)
@responses.activate
def test_a_site_tells_what_it_calls_things(jira: Callable[[], Jira], api: str) -> None:
    responses.get(f"{api}/status", json=named("To Do", "Done"))
    responses.get(f"{api}/issuetype", json=named("Task", "风险"))
    responses.get(f"{api}/priority", json=named("Highest"))
    responses.get(f"{api}/resolution", json=named("Won't Do"))
    responses.get(f"{api}/issueLinkType", json={"issueLinkTypes": named("Relates", "Blocks")})

    found = jira().names()

    assert found == SiteNames(
        statuses=("To Do", "Done"),
        types=("Task", "风险"),
        priorities=("Highest",),
        resolutions=("Won't Do",),
        links=("Relates", "Blocks"),
    )


@pytest.mark.parametrize(
    ("jira", "api", "key"),
    [
        pytest.param(cloud_jira, CLOUD_API, "accountId", id="cloud"),
        pytest.param(dc_jira, DC_API, "username", id="datacenter"),
    ],
)
@responses.activate
def test_a_person_is_there_or_not(jira: Callable[[], Jira], api: str, key: str) -> None:
    responses.get(f"{api}/user", match=[query({key: "li.wei"})], json={"displayName": "Li Wei"})
    responses.get(f"{api}/user", match=[query({key: "nobody"})], status=404, json={"errorMessages": ["no such user"]})
    client = jira()

    found = (client.has_person("li.wei"), client.has_person("nobody"))

    assert found == (True, False)


@responses.activate
def test_a_person_that_we_may_not_ask_for_is_no_answer() -> None:
    responses.get(f"{DC_API}/user", status=403, json={"errorMessages": ["not for you"]})

    with pytest.raises(Refused, match="403"):
        dc_jira().has_person("li.wei")


@pytest.mark.parametrize(("jira", "api"), SITES)
@responses.activate
def test_groups_and_roles_are_told_by_name(jira: Callable[[], Jira], api: str) -> None:
    asked = {"query": "pm", "maxResults": "50"}
    responses.get(f"{api}/groups/picker", match=[query(asked)], json={"groups": named("pmo", "pm"), "total": 2})
    responses.get(
        f"{api}/project/OPS/role", json={"Sponsors": "https://example.com/1", "Users": "https://example.com/2"}
    )
    client = jira()

    found = (client.groups_like("pm"), client.roles_of("OPS"))

    assert found == (("pmo", "pm"), ("Sponsors", "Users"))


@responses.activate
def test_all_spaces_of_a_cloud_are_told_by_key() -> None:
    first = {"results": [{"key": "OPS"}], "_links": {"next": "/wiki/api/v2/spaces?cursor=two&limit=250"}}
    responses.get(f"{WIKI}/api/v2/spaces", match=[query({"limit": "250"})], json=first)
    asked = {"limit": "250", "cursor": "two"}
    responses.get(f"{WIKI}/api/v2/spaces", match=[query(asked)], json={"results": [{"key": "MKT"}]})

    found = cloud_wiki().spaces()

    assert found == ("OPS", "MKT")


@responses.activate
def test_all_spaces_of_a_data_center_are_told_by_key() -> None:
    first = {"results": [{"key": "OPS"}, {"key": "HR"}], "_links": {"next": "/rest/api/space?start=2"}}
    responses.get(f"{DC_WIKI_API}/space", match=[query({"start": "0", "limit": "200"})], json=first)
    asked = {"start": "2", "limit": "200"}
    responses.get(f"{DC_WIKI_API}/space", match=[query(asked)], json={"results": [{"key": "MKT"}], "_links": {}})

    found = dc_wiki().spaces()

    assert found == ("OPS", "HR", "MKT")
