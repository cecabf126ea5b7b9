from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine

from connector.store import accounts, pages, remotes, rulebooks
from connector.store.accounts import OwnAccount
from connector.store.engine import writing
from connector.store.pages import WrittenPage

NOW = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)


def test_a_natural_key_leads_to_its_newest_remote_id_and_back(engine: Engine) -> None:
    with writing(engine) as conn:
        remotes.remember(conn, "main", "project OPS page status", "4710")
        remotes.remember(conn, "main", "project OPS page status", "4711")
        remotes.remember(conn, "main", "issue 7 comment risk high", "4711")

        assert remotes.find(conn, "main", "project OPS page status") == "4711"
        assert remotes.find(conn, "other", "project OPS page status") is None
        assert remotes.by_remote(conn, "main", "4711") == ["issue 7 comment risk high", "project OPS page status"]
        assert remotes.by_remote(conn, "main", "4710") == []


def test_what_was_last_written_on_a_page_is_known_by_key_and_page(engine: Engine) -> None:
    with writing(engine) as conn:
        pages.save(conn, "main", "project OPS page status", "4711", 3, {"kpis": "h1"}, NOW)
        pages.save(conn, "main", "project OPS page status", "4711", 4, {"kpis": "h2"}, NOW + timedelta(hours=1))

        written = WrittenPage(
            site="main",
            natural_key="project OPS page status",
            page_id="4711",
            version=4,
            compare={"kpis": "h2"},
            written_at=NOW + timedelta(hours=1),
        )
        assert pages.get(conn, "main", "project OPS page status") == written
        assert pages.by_page(conn, "main", "4711") == written
        assert pages.get(conn, "other", "project OPS page status") is None


def test_rule_files_are_kept_under_their_hash(engine: Engine) -> None:
    files = {"gates.yaml": "language: 1\n# 计划\n", "risks.yaml": ""}
    with writing(engine) as conn:
        rulebooks.save(conn, "abc", files, NOW)
        rulebooks.save(conn, "abc", files, NOW + timedelta(days=1))

        assert rulebooks.get(conn, "abc") == files
        assert rulebooks.get(conn, "abd") is None


def test_our_own_accounts_are_known_by_site_and_product(engine: Engine) -> None:
    jira = OwnAccount(site="main", product="jira", account_id="u-9", name="Connector")
    with writing(engine) as conn:
        accounts.remember(conn, OwnAccount(site="main", product="jira", account_id="u-1", name="Old"))
        accounts.remember(conn, jira)

        assert accounts.of_site(conn, "main") == {"jira": jira}
        assert accounts.of_site(conn, "other") == {}
