"""Sites, clients and answers for these tests."""

import json
from collections.abc import Callable

import responses
from responses import matchers

from connector.atlassian.confluence import Confluence
from connector.atlassian.connect import Deployment, SiteAccess, open_confluence, open_jira
from connector.atlassian.jira import Jira
from connector.atlassian.transport import Terms

CLOUD = "https://acme.atlassian.net"
CLOUD_API = f"{CLOUD}/rest/api/3"
CLOUD_V2 = f"{CLOUD}/rest/api/2"
WIKI = f"{CLOUD}/wiki"
DC = "https://jira.acme.example/jira"
DC_API = f"{DC}/rest/api/2"
DC_WIKI = "https://wiki.acme.example/confluence"
DC_WIKI_API = f"{DC_WIKI}/rest/api"
TOKEN = "s3cret-token"

json_body = matchers.json_params_matcher
query = matchers.query_param_matcher


def terms(
    *, pause: Callable[[float], None] = lambda _: None, trace: str | None = None, read_attempts: int = 5
) -> Terms:
    return Terms(pause=pause, jitter=lambda: 1.0, trace=trace, read_attempts=read_attempts)


def access(url: str, deployment: Deployment | None = None) -> SiteAccess:
    return SiteAccess(site="acme", url=url, user="bot@acme.example", token=TOKEN, deployment=deployment)


def cloud_jira(how: Terms | None = None) -> Jira:
    return open_jira(access(CLOUD), how or terms())


def dc_jira(how: Terms | None = None) -> Jira:
    return open_jira(access(DC, "datacenter"), how or terms())


def cloud_wiki(how: Terms | None = None) -> Confluence:
    return open_confluence(access(WIKI), how or terms())


def dc_wiki(how: Terms | None = None) -> Confluence:
    return open_confluence(access(DC_WIKI), how or terms())


def sent(call: int = -1) -> object:
    """The JSON body of a request that was made."""
    body = responses.calls[call].request.body
    assert body is not None
    return json.loads(body)
