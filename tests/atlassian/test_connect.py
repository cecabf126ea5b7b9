import base64

import pytest
import responses

from connector.atlassian.confluence_cloud import ConfluenceCloud
from connector.atlassian.confluence_datacenter import ConfluenceDataCenter
from connector.atlassian.connect import SiteAccess, open_confluence, open_jira
from connector.atlassian.jira_cloud import JiraCloud
from connector.atlassian.jira_datacenter import JiraDataCenter
from tests.atlassian.sites import CLOUD, CLOUD_API, DC, DC_API, DC_WIKI, TOKEN, WIKI, access, terms

LOCAL = "http://127.0.0.1:8010"


def basic(user: str) -> str:
    return "Basic " + base64.b64encode(f"{user}:{TOKEN}".encode()).decode()


def authorization(call: int = -1) -> str | None:
    return responses.calls[call].request.headers.get("Authorization")


@responses.activate
def test_cloud_is_known_by_its_host_and_signed_in_with_user_and_token() -> None:
    responses.get(f"{CLOUD_API}/myself", json={"accountId": "1", "displayName": "Connector"})
    jira = open_jira(access(f"{CLOUD}/"), terms())
    jira.account()

    assert isinstance(jira, JiraCloud)
    assert authorization() == basic("bot@acme.example")


@responses.activate
def test_cloud_without_a_user_is_signed_in_with_a_bearer_token() -> None:
    responses.get(f"{CLOUD_API}/myself", json={"accountId": "1", "displayName": "Connector"})
    open_jira(SiteAccess(site="acme", url=CLOUD, token=TOKEN), terms()).account()

    assert authorization() == f"Bearer {TOKEN}"


@responses.activate
@pytest.mark.parametrize(
    ("said", "kind"), [("Cloud", JiraCloud), ("Server", JiraDataCenter), ("Data Center", JiraDataCenter)]
)
def test_an_unknown_host_is_asked_what_it_is_without_credentials(said: str, kind: type[object]) -> None:
    responses.get(f"{LOCAL}/rest/api/2/serverInfo", json={"deploymentType": said, "versionNumbers": [1, 0]})

    jira = open_jira(access(LOCAL), terms())

    assert type(jira) is kind
    assert authorization() is None


@responses.activate
def test_data_center_below_a_context_path_takes_the_token_as_bearer() -> None:
    responses.get(f"{DC_API}/myself", json={"name": "bot", "key": "JIRAUSER1", "displayName": "Connector"})
    open_jira(access(DC, "datacenter"), terms()).account()

    assert authorization() == f"Bearer {TOKEN}"


@responses.activate
def test_the_gateway_works_and_links_lead_to_the_site() -> None:
    gateway = "https://api.atlassian.com/ex/jira/11-22"
    responses.get(f"{gateway}/rest/api/3/myself", json={"accountId": "1", "displayName": "Connector"})
    jira = open_jira(SiteAccess(site="acme", url=gateway, token=TOKEN, browse_url=f"{CLOUD}/"), terms())
    jira.account()

    assert isinstance(jira, JiraCloud)
    assert jira.browse_url == CLOUD


@responses.activate
@pytest.mark.parametrize(
    ("url", "base"),
    [
        pytest.param(WIKI, WIKI, id="site"),
        pytest.param(CLOUD, WIKI, id="site-without-wiki"),
        pytest.param(f"{LOCAL}/wiki/", f"{LOCAL}/wiki", id="local"),
        pytest.param(
            "https://api.atlassian.com/ex/confluence/11-22/wiki",
            "https://api.atlassian.com/ex/confluence/11-22/wiki",
            id="gateway",
        ),
    ],
)
def test_confluence_cloud_is_asked_below_wiki(url: str, base: str) -> None:
    responses.get(f"{base}/rest/api/user/current", json={"type": "known", "accountId": "1"})
    wiki = open_confluence(access(url), terms())
    wiki.account()

    assert isinstance(wiki, ConfluenceCloud)
    assert authorization() == basic("bot@acme.example")


@responses.activate
def test_confluence_data_center_takes_the_token_as_bearer() -> None:
    responses.get(f"{DC_WIKI}/rest/api/user/current", json={"username": "bot", "userKey": "k1"})
    wiki = open_confluence(access(DC_WIKI), terms())
    wiki.account()

    assert isinstance(wiki, ConfluenceDataCenter)
    assert authorization() == f"Bearer {TOKEN}"


@responses.activate
def test_opening_a_site_whose_deployment_is_known_sends_nothing() -> None:
    open_jira(access(DC, "datacenter"), terms())
    open_confluence(access(DC_WIKI, "datacenter"), terms())

    assert len(responses.calls) == 0


def test_the_token_is_not_shown() -> None:
    shown = repr(access(CLOUD))

    assert TOKEN not in shown
