from collections.abc import Mapping
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from connector.settings import DEFAULTS, SECRETS, Access, BadSetting, Door, Settings, Site, read_settings

SITE = {"JIRA_URL": "https://example.atlassian.net", "CONFLUENCE_URL": "https://example.atlassian.net/wiki"}


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def read(given: Mapping[str, str] = {}, **more: str) -> Settings:
    return read_settings({f"CONNECTOR_{name}": value for name, value in {**given, **more}.items()})


def problem(given: Mapping[str, str] = {}, **more: str) -> str:
    with pytest.raises(BadSetting) as caught:
        read(given, **more)
    return str(caught.value)


def test_without_any_setting_there_is_a_default_for_each_and_no_site() -> None:
    assert read() == Settings(
        database_url="sqlite:///connector.db",
        host="127.0.0.1",
        port=8080,
        rules_dir=None,
        templates_dir=None,
        people_file=None,
        channels_file=None,
        window_s=30,
        page_window_s=900,
        admin_token="",
        locale="en",
        timezone=ZoneInfo("UTC"),
        clock_file=None,
        dispatch="local",
        has_wake_ups=True,
        sweep_s=5,
        index_lag_s=30,
        sites=(),
    )


def test_the_channels_file_is_named_by_the_environment_or_by_connector_toml(tmp_path: Path) -> None:
    config = tmp_path / "connector.toml"
    config.write_text('channels_file = "/etc/channels.toml"\n')

    assert read(CHANNELS_FILE="channels.yaml").channels_file == Path("channels.yaml")
    assert read(CONFIG=str(config)).channels_file == Path("/etc/channels.toml")


def test_the_environment_describes_one_site_called_main() -> None:
    given = {
        **SITE,
        "JIRA_USER": "connector@example.com",
        "JIRA_TOKEN": "t1",
        "JIRA_WEBHOOK_SECRET": "s1 s2",
        "CONFLUENCE_TOKEN": "t2",
        "CONFLUENCE_WEBHOOK_SECRET": "s3",
        "CONFLUENCE_WEBHOOK_METHOD": "path",
    }

    assert read(given).sites == (
        Site(
            name="main",
            jira=Access(url="https://example.atlassian.net", user="connector@example.com", token="t1"),
            confluence=Access(url="https://example.atlassian.net/wiki", token="t2"),
            jira_door=Door(method="hmac", secrets=("s1", "s2")),
            confluence_door=Door(method="path", secrets=("s3",)),
        ),
    )


def test_every_setting_may_lie_in_a_file(tmp_path: Path) -> None:
    values = {
        **DEFAULTS,
        **SITE,
        "PORT": "8443",
        "JIRA_TOKEN": "t1",
        "RULES_DIR": str(tmp_path),
        "TEMPLATES_DIR": str(tmp_path),
    }
    del values["CONFIG"]
    files = {}
    for name, value in values.items():
        (tmp_path / name).write_text(f"{value}\n")
        files[f"{name}_FILE"] = str(tmp_path / name)

    assert read(files) == read(values)
    assert read(files).port == 8443


@pytest.mark.parametrize(
    ("given", "told"),
    [
        pytest.param(
            {"PORT": "eighty"},
            "CONNECTOR_PORT is 'eighty'; it must be a number from 0 to 65535, such as 8080",
            id="port",
        ),
        pytest.param(
            {"PORT": "70000"}, "CONNECTOR_PORT is '70000'; it must be a number from 0 to 65535, such as 8080", id="big"
        ),
        pytest.param(
            {"PORT": "8080²"},
            "CONNECTOR_PORT is '8080²'; it must be a number from 0 to 65535, such as 8080",
            id="no-plain-digit",
        ),
        pytest.param(
            {"DATABASE_URL": "mysql://root:hunter2@db/x"},
            "CONNECTOR_DATABASE_URL begins with 'mysql'; it must be sqlite:///file.db or postgresql://user@host/name",
            id="database",
        ),
        pytest.param(
            {"WINDOW_S": "soon"},
            "CONNECTOR_WINDOW_S is 'soon'; it must be seconds from 0 to 86400, such as 30",
            id="window",
        ),
        pytest.param(
            {"PAGE_WINDOW_S": "-1"},
            "CONNECTOR_PAGE_WINDOW_S is '-1'; it must be seconds from 0 to 86400, such as 900",
            id="page-window",
        ),
        pytest.param(
            {"SWEEP_S": "nan"}, "CONNECTOR_SWEEP_S is 'nan'; it must be seconds from 0 to 86400, such as 5", id="nan"
        ),
        pytest.param(
            {"INDEX_LAG_S": "1e9"},
            "CONNECTOR_INDEX_LAG_S is '1e9'; it must be seconds from 0 to 86400, such as 30",
            id="lag",
        ),
        pytest.param(
            {"RULES_DIR": "ruels"},
            "CONNECTOR_RULES_DIR is 'ruels', which is not a directory; name one or leave it out",
            id="rules",
        ),
        pytest.param(
            {"TEMPLATES_DIR": "t"},
            "CONNECTOR_TEMPLATES_DIR is 't', which is not a directory; name one or leave it out",
            id="templates",
        ),
        pytest.param({"LOCALE": "de"}, "CONNECTOR_LOCALE is 'de'; it must be en or zh_CN", id="locale"),
        pytest.param({"WAKE_UPS": "yes"}, "CONNECTOR_WAKE_UPS is 'yes'; it must be on or off", id="wake-ups"),
        pytest.param(
            {"TIMEZONE": "Shanghai"},
            "CONNECTOR_TIMEZONE is 'Shanghai'; it must be a name such as Asia/Shanghai or UTC",
            id="timezone",
        ),
        pytest.param(
            {"TIMEZONE": "../etc/passwd"},
            "CONNECTOR_TIMEZONE is '../etc/passwd'; it must be a name such as Asia/Shanghai or UTC",
            id="timezone-path",
        ),
        pytest.param(
            {**SITE, "JIRA_URL": "example.atlassian.net"},
            "CONNECTOR_JIRA_URL is 'example.atlassian.net'; set it to your site, such as https://example.atlassian.net",
            id="no-scheme",
        ),
        pytest.param(
            {**SITE, "JIRA_URL": "https://[example"},
            "CONNECTOR_JIRA_URL is 'https://[example'; set it to your site, such as https://example.atlassian.net",
            id="no-host",
        ),
        pytest.param(
            {**SITE, "JIRA_URL": "https://example.com:jira"},
            "CONNECTOR_JIRA_URL is 'https://example.com:jira'; set it to your site, such as https://example.atlassian.net",
            id="port-of-the-site",
        ),
        pytest.param(
            {"JIRA_URL": SITE["JIRA_URL"]},
            "CONNECTOR_CONFLUENCE_URL is ''; set it to your site, such as https://example.atlassian.net/wiki",
            id="half-a-site",
        ),
        pytest.param(
            {**SITE, "JIRA_URL": "https://ada:hunter2@example.atlassian.net"},
            "CONNECTOR_JIRA_URL holds a user name or password; put them in CONNECTOR_JIRA_USER and _TOKEN",
            id="password-in-address",
        ),
        pytest.param(
            {**SITE, "JIRA_WEBHOOK_METHOD": "trust"},
            "CONNECTOR_JIRA_WEBHOOK_METHOD is 'trust'; it must be hmac, header, basic or path",
            id="method",
        ),
        pytest.param(
            {**SITE, "JIRA_WEBHOOK_SECRET": "one two three"},
            "CONNECTOR_JIRA_WEBHOOK_SECRET holds 3 words; give one, or two while rotating",
            id="three-secrets",
        ),
        pytest.param(
            {"JIRA_TOKNE": "t"}, "CONNECTOR_JIRA_TOKNE is not a setting; did you mean CONNECTOR_JIRA_TOKEN?", id="typo"
        ),
        pytest.param(
            {"QQQQQQQQ": "t"}, "CONNECTOR_QQQQQQQQ is not a setting; see README.md for the settings there are", id="odd"
        ),
        pytest.param(
            {"JIRA_TOKEN": "a", "JIRA_TOKEN_FILE": "b"},
            "CONNECTOR_JIRA_TOKEN and CONNECTOR_JIRA_TOKEN_FILE are both set; keep one of them",
            id="twice",
        ),
        pytest.param(
            {"JIRA_TOKEN_FILE": "/no/such/file"},
            "CONNECTOR_JIRA_TOKEN_FILE is '/no/such/file', which cannot be read (FileNotFoundError); name a text file "
            "that this user may read",
            id="file",
        ),
        pytest.param(
            {"CONFIG": "none.toml"},
            "CONNECTOR_CONFIG is 'none.toml', which cannot be read; name a connector.toml",
            id="config",
        ),
    ],
)
def test_a_wrong_setting_says_which_what_it_is_and_what_would_do(given: dict[str, str], told: str) -> None:
    assert problem(given) == told


def test_no_secret_is_shown_when_settings_are() -> None:
    given = {name: f"hidden{number}" for number, name in enumerate(sorted(SECRETS))}
    url = "postgresql://connector:hidden-too@db/connector"

    shown = repr(read(SITE, DATABASE_URL=url, **given))

    assert "hidden" not in shown
    assert "https://example.atlassian.net" in shown


def test_a_problem_does_not_repeat_a_secret() -> None:
    told = [
        problem(SITE, JIRA_WEBHOOK_SECRET="hunter2 hunter3 hunter4"),
        problem(SITE | {"CONFLUENCE_URL": "https://ada:hunter2@example.com"}),
        problem(DATABASE_URL="oracle://ada:hunter2@db"),
    ]

    assert [one for one in told if "hunter" in one] == []


TWO_SITES = """
port = 8443
locale = "zh_CN"

[sites.europe]
jira_url = "https://europe.example.com/jira/"
jira_token_file = "token"
jira_webhook_secret = "s1"
jira_webhook_method = "header"
confluence_url = "https://europe.example.com/confluence"

[sites.asia]
jira_url = "https://asia.example.com/jira"
jira_user = "connector@example.com"
confluence_url = "https://asia.example.com/confluence"
confluence_webhook_secret = "s2"
"""


def test_a_file_describes_several_named_sites(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("t1\n")
    (tmp_path / "sites.toml").write_text(TWO_SITES)

    found = read(CONFIG="sites.toml", PORT="9000")

    # The environment is stronger than the file.
    assert (found.port, found.locale) == (9000, "zh_CN")
    assert found.sites == (
        Site(
            name="europe",
            jira=Access(url="https://europe.example.com/jira", token="t1"),
            confluence=Access(url="https://europe.example.com/confluence"),
            jira_door=Door(method="header", secrets=("s1",)),
            confluence_door=Door(method="hmac"),
        ),
        Site(
            name="asia",
            jira=Access(url="https://asia.example.com/jira", user="connector@example.com"),
            confluence=Access(url="https://asia.example.com/confluence"),
            jira_door=Door(method="hmac"),
            confluence_door=Door(method="hmac", secrets=("s2",)),
        ),
    )
    assert found.site("asia") == found.sites[1]
    assert found.site("mars") is None


def test_the_file_of_the_working_directory_is_found(tmp_path: Path) -> None:
    (tmp_path / "connector.toml").write_text("port = 8443\n")

    assert read().port == 8443


@pytest.mark.parametrize(
    ("text", "told"),
    [
        pytest.param("prot = 1", "connector.toml: prot is not a setting; did you mean port?", id="typo"),
        pytest.param(
            "[sites.a]\njira_ulr = 'x'",
            "connector.toml: sites.a.jira_ulr is not a setting; did you mean jira_url?",
            id="typo-in-a-site",
        ),
        pytest.param(
            "[sites.a]\njira_url = 'x'",
            "sites.a.JIRA_URL is 'x'; set it to your site, such as https://example.atlassian.net",
            id="address",
        ),
        pytest.param("sites = 1", "connector.toml: sites must be tables such as [sites.main]", id="no-tables"),
        pytest.param("sites = {a = 1}", "connector.toml: sites.a must be a table: [sites.a]", id="no-table"),
        pytest.param(
            "port = ",
            "connector.toml: not valid TOML: Invalid value (at end of document); see README.md for an example",
            id="no-toml",
        ),
        pytest.param(
            "port = 'x'", "CONNECTOR_PORT is 'x'; it must be a number from 0 to 65535, such as 8080", id="value"
        ),
    ],
)
def test_a_wrong_file_says_where_and_what_would_do(tmp_path: Path, text: str, told: str) -> None:
    (tmp_path / "connector.toml").write_text(text)

    assert problem() == told


def test_sites_are_given_in_one_place_only(tmp_path: Path) -> None:
    (tmp_path / "connector.toml").write_text(TWO_SITES.replace("_file", ""))

    assert problem(SITE) == (
        "sites are given in connector.toml and in CONNECTOR_JIRA_URL or CONNECTOR_CONFLUENCE_URL; keep one"
    )


def test_variables_of_tests_are_no_settings() -> None:
    assert read(TEST_POSTGRES_URL="postgresql://x") == read()


def test_a_secret_outside_the_sites_may_lie_in_a_file_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "url").write_text("postgresql://connector@db/connector\n")
    (tmp_path / "connector.toml").write_text('database_url_file = "url"\n')

    assert read().database_url == "postgresql://connector@db/connector"


def test_a_file_that_cannot_be_read_is_told_by_the_line_that_names_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "connector.toml").write_text(TWO_SITES)

    with pytest.raises(BadSetting, match=r"^connector\.toml: sites\.\w+\.jira_token_file is .*, which cannot be read"):
        read()


def test_dispatch_is_distributed_only_over_postgresql() -> None:
    assert read(DISPATCH="distributed", DATABASE_URL="postgresql://db/connector").dispatch == "distributed"
    assert problem(DISPATCH="distributed") == (
        "CONNECTOR_DISPATCH is 'distributed', which needs PostgreSQL; set CONNECTOR_DATABASE_URL to "
        "postgresql://user@host/name, or CONNECTOR_DISPATCH to local, which is all that one file needs"
    )
    assert problem(DISPATCH="many") == "CONNECTOR_DISPATCH is 'many'; it must be local or distributed"


def test_dispatch_may_stand_in_the_file_of_several_sites(tmp_path: Path) -> None:
    (tmp_path / "connector.toml").write_text('database_url = "postgresql://db/connector"\ndispatch = "distributed"\n')

    assert read().dispatch == "distributed"
