"""Choosing a site and a project, as several commands do."""

import click

from connector.settings import BadSetting, Settings, Site


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
