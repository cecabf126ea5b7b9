"""The addresses at which Confluence answers, by deployment."""

from flask import Blueprint

from connector.sandbox.confluence.dc import content_dc
from connector.sandbox.confluence.dc_parts import parts_dc
from connector.sandbox.confluence.upload import downloads
from connector.sandbox.confluence.v1 import cloud_v1
from connector.sandbox.confluence.v2 import pages_v2
from connector.sandbox.confluence.v2_parts import parts_v2


def confluence_blueprints(is_cloud: bool) -> list[Blueprint]:
    """Everything of one deployment, with full paths."""
    return [pages_v2, parts_v2, cloud_v1, downloads] if is_cloud else [content_dc, parts_dc, downloads]
