"""Opens a client for a site: the right class, credentials and our own adapter under the library's session."""

import logging
import warnings
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import urlsplit

import requests
from atlassian import ConfluenceServer, ConfluenceV2
from jira import JIRA

from connector.atlassian.confluence import Confluence
from connector.atlassian.confluence_cloud import ConfluenceCloud
from connector.atlassian.confluence_datacenter import ConfluenceDataCenter
from connector.atlassian.jira import Jira
from connector.atlassian.jira_cloud import JiraCloud
from connector.atlassian.jira_datacenter import JiraDataCenter
from connector.atlassian.shapes import as_map
from connector.atlassian.transport import Product, Terms, Transport

Deployment = Literal["cloud", "datacenter"]

_CLOUD_HOSTS = (".atlassian.net", ".jira.com")
_GATEWAY = "api.atlassian.com"


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteAccess:
    """How to reach one product of a site.

    url: as a person knows it (https://example.atlassian.net, https://host/jira) or Atlassian's API gateway.
    user: the e-mail address that belongs to an API token on Cloud; without it the token is sent as Bearer.
    deployment: None to find out. browse_url: where people see it, when that is not `url` (gateway).
    """

    site: str
    url: str
    token: str = field(repr=False)
    user: str | None = None
    deployment: Deployment | None = None
    browse_url: str | None = None


def open_jira(access: SiteAccess, terms: Terms | None = None) -> Jira:
    """A Jira client. Sends no request unless it must ask the site which deployment it is."""
    terms = terms or Terms()
    deployment = access.deployment or _deployment_of_host(access.url) or _asked_deployment(access, terms)
    url = access.url.rstrip("/")
    library = _jira(url, "3" if deployment == "cloud" else "2", terms, _signed(access, deployment))
    library.deploymentType = "Cloud" if deployment == "cloud" else "Data Center"
    seen_at = access.browse_url or url
    return JiraCloud(library, seen_at) if deployment == "cloud" else JiraDataCenter(library, seen_at)


def open_confluence(access: SiteAccess, terms: Terms | None = None) -> Confluence:
    """A Confluence client. Sends no request: the address tells a Cloud site by its host or by its /wiki."""
    url = access.url.rstrip("/")
    is_wiki = urlsplit(url).path.endswith("/wiki")
    deployment = access.deployment or _deployment_of_host(url) or ("cloud" if is_wiki else "datacenter")
    session = requests.Session()
    _mount(session, "confluence", terms or Terms())
    _hush()
    how = {"session": session, "retry_with_header": False, "backoff_and_retry": False, "timeout": 30}
    signed = _signed(access, deployment)
    if isinstance(signed, tuple):
        how |= {"username": signed[0], "password": signed[1]}
    else:
        how["token"] = signed
    if deployment == "datacenter":
        return ConfluenceDataCenter(ConfluenceServer(url, **how), access.browse_url or url)
    url = url if is_wiki else f"{url}/wiki"
    with warnings.catch_warnings():
        # The library warns of its own v1 methods whenever the v2 client is made.
        warnings.simplefilter("ignore", DeprecationWarning)
        library = ConfluenceV2(url, cloud=True, **how)
    return ConfluenceCloud(library, access.browse_url or url)


def _deployment_of_host(url: str) -> Deployment | None:
    host = urlsplit(url).hostname or ""
    return "cloud" if host == _GATEWAY or host.endswith(_CLOUD_HOSTS) else None


def _asked_deployment(access: SiteAccess, terms: Terms) -> Deployment:
    """What the site says it is. Asked without credentials, whose form depends on the answer."""
    said = as_map(_jira(access.url.rstrip("/"), "2", terms, None).server_info())
    return "cloud" if said.get("deploymentType") == "Cloud" else "datacenter"


def _signed(access: SiteAccess, deployment: Deployment) -> str | tuple[str, str]:
    # Data Center takes personal access tokens only: a password may lock the account out.
    return (access.user, access.token) if deployment == "cloud" and access.user else access.token


def _jira(url: str, version: str, terms: Terms, signed: str | tuple[str, str] | None) -> JIRA:
    library = JIRA(
        server=url,
        basic_auth=signed if isinstance(signed, tuple) else None,
        token_auth=signed if isinstance(signed, str) else None,
        options={"rest_api_version": version},
        get_server_info=False,
        max_retries=0,
        timeout=(terms.connect_s, terms.answer_s),
        logging=False,
    )
    _mount(library._session, "jira", terms)
    _hush()
    return library


def _mount(session: requests.Session, product: Product, terms: Terms) -> None:
    transport = Transport(product, terms)
    for scheme in ("https://", "http://"):
        session.mount(scheme, transport)


def _hush() -> None:
    """The libraries log headers and bodies when they are asked for more; what goes wrong is in our failures."""
    for name in ("jira", "atlassian"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
