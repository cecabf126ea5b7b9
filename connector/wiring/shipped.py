"""Where rules and templates are read from: the setting, else the working directory, else the shipped copy."""

from pathlib import Path

from connector.core.errors import ConnectorError

_PACKAGE = Path(__file__).resolve().parent.parent


class NothingShipped(ConnectorError):
    """Neither the setting nor the working directory nor the installation holds the files."""


def directory(name: str, setting: Path | None) -> Path:
    """The directory `name` (rules or templates) that is in force. Raises NothingShipped."""
    # In a checkout the shipped copy is the repository's own; a wheel carries it inside the package.
    places = (Path(name), _PACKAGE / "_shipped" / name, _PACKAGE.parent / name)
    found = setting or next((place for place in places if place.is_dir()), None)
    if found is None:
        raise NothingShipped(f"there is no {name} directory here; name one in CONNECTOR_{name.upper()}_DIR")
    return found
