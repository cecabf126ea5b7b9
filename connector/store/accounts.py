"""The connector's own users, by which it tells what it did itself."""

from dataclasses import dataclass

from sqlalchemy import Connection, select

from connector.store.statements import upsert
from connector.store.tables import accounts


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnAccount:
    """Our user in one product of a site. `account_id` is the accountId, on Data Center the user name or key."""

    site: str
    product: str
    account_id: str
    name: str


def remember(conn: Connection, account: OwnAccount) -> None:
    """This is who we are."""
    values = {name: getattr(account, name) for name in OwnAccount.__dataclass_fields__}
    upsert(conn, accounts, [values])


def of_site(conn: Connection, site: str) -> dict[str, OwnAccount]:
    """Our users on a site, by product (jira, confluence)."""
    rows = conn.execute(select(accounts).where(accounts.c.site == site))
    return {row.product: OwnAccount(**row._mapping) for row in rows}
