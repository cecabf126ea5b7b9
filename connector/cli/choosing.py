"""What several commands begin with: a house, a site, a project."""

import click

from connector.settings import BadSetting, Settings, Site
from connector.wiring.house import House


def house_for(settings: Settings) -> House:
    """The house of one command; it is closed when the command ends."""
    house = House(settings)
    click.get_current_context().call_on_close(house.close)
    return house


def chosen_site(settings: Settings, name: str | None) -> Site:
    """The site with this name, or the only one. Raises BadSetting, which names those there are."""
    if not settings.sites:
        raise BadSetting("no site is set; give CONNECTOR_JIRA_URL and CONNECTOR_CONFLUENCE_URL (README.md, Settings)")
    if name is None and len(settings.sites) == 1:
        return settings.sites[0]
    names = ", ".join(site.name for site in settings.sites)
    if name is None:
        raise BadSetting(f"there are several sites ({names}); say which with --site")
    found = settings.site(name)
    if found is None:
        raise BadSetting(f"there is no site {name!r}; there is {names}")
    return found


site_option = click.option("--site", "site_name", metavar="NAME", help="The site, where there are several.")
project_option = click.option("--project", "key", required=True, metavar="KEY", help="The Jira project's key.")
