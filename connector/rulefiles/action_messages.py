"""The action of automations that tells a channel of chat or mail, compiled."""

import re

from connector.core.automation_rules import Notify, RuleAction
from connector.rulefiles.actions import Site
from connector.rulefiles.part import Part
from connector.rulefiles.shape_automations import CHANNEL_NAME, NotifyShape


def compile_notify(part: Part, given: object, site: Site) -> RuleAction:
    """A message. Whether its channel is there is not known here: channels lie outside of the rules."""
    assert isinstance(given, NotifyShape), "the shape says so"
    if not re.fullmatch(CHANNEL_NAME, given.channel):
        site.desk.complaints.add(
            part.at("channel"),
            "this is no channel's name",
            "write a name of letters, digits, - and _; what it leads to stands in the channels file",
        )
    title = given.title
    return Notify(
        channel=given.channel,
        title=site.desk.wording(part.at("title"), title, site.names) if title is not None else None,
        text=site.desk.wording(part.at("text"), given.text, site.names),
        number=next((step + 1 for step in reversed(part.path) if isinstance(step, int)), 1),
    )
