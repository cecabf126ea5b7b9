"""`connector check --channels`: the channels that rules notify, looked for in the file that names them."""

from pathlib import Path

from connector.core.automation_rules import Notify
from connector.core.rulebook import Rulebook
from connector.messages.channels import BadChannels, exposure, lacking, read_channels


def channel_warnings(rulebook: Rulebook, file: Path | None) -> tuple[str, ...]:
    """What is amiss with the channels file and with the rules that name its channels; nothing where none is known."""
    if file is None:
        return ()
    exposed = exposure(file)
    try:
        channels = read_channels(file)
    except BadChannels as problem:
        return (str(problem),)
    wanted = _wanted(rulebook)
    lack = lacking(channels, [channel for channel, _ in wanted])
    return (
        *((exposed,) if exposed is not None else ()),
        *(f"{where}: {lack[channel]}" for channel, where in wanted if channel in lack),
    )


def _wanted(rulebook: Rulebook) -> list[tuple[str, str]]:
    """Every channel with the rule that notifies it."""
    books = (rulebook, *rulebook.variants.values())
    found = {
        (action.channel, f"{rule.place}: {rule.id}"): None
        for book in books
        for rule in book.automations
        for action in rule.then
        if isinstance(action, Notify)
    }
    return list(found)
