from pathlib import Path

import pytest

from connector.messages.channels import BadChannels, exposure, lacking, read_channels
from tests.messages.chat import SECRET


def file(place: Path, text: str, name: str = "channels.yaml") -> Path:
    path = place / name
    path.write_text(text, "utf-8")
    path.chmod(0o600)
    return path


@pytest.mark.parametrize(
    ("name", "text"),
    [
        pytest.param("channels.yaml", "ops: slack://a\nboard:\n  - mailto://b\n  - feishu://c\n", id="yaml"),
        pytest.param("channels.toml", 'ops = "slack://a"\nboard = ["mailto://b", "feishu://c"]\n', id="toml"),
    ],
)
def test_channels_have_one_address_or_several(tmp_path: Path, name: str, text: str) -> None:
    read = read_channels(file(tmp_path, text, name))

    assert {channel: [one.url for one in held] for channel, held in read.addresses.items()} == {
        "ops": ["slack://a"],
        "board": ["mailto://b", "feishu://c"],
    }
    assert read.addresses["board"][1].name == "board, address 2 (feishu)"


@pytest.mark.parametrize(
    ("name", "text", "problem"),
    [
        pytest.param("c.yaml", f"ops: [slack://{SECRET}", "not valid YAML (line 1)", id="yaml"),
        pytest.param("c.yaml", f"ops: *{SECRET}", "not valid YAML (line 1)", id="unknown-alias"),
        pytest.param("c.toml", f"ops = slack://{SECRET}", "not valid TOML", id="toml"),
        pytest.param("c.yaml", f"- slack://{SECRET}", "no list of channels", id="list"),
        pytest.param("c.yaml", "", "no list of channels", id="empty"),
        pytest.param("c.yaml", f"ops: {SECRET}", "channel 'ops' has something else than addresses", id="no-url"),
        pytest.param("c.yaml", "ops: []", "channel 'ops' has something else than addresses", id="no-address"),
        pytest.param("c.yaml", f"ops: {{url: slack://{SECRET}}}", "channel 'ops' has something else", id="mapping"),
        pytest.param("c.yaml", "[" * 20_000, "not valid YAML", id="deep"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_without_quoting_it(
    tmp_path: Path, name: str, text: str, problem: str
) -> None:
    with pytest.raises(BadChannels) as caught:
        read_channels(file(tmp_path, text, name))

    assert problem in str(caught.value)
    assert SECRET not in str(caught.value)


def test_a_file_that_is_not_there_or_no_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "binary.yaml").write_bytes(b"\xff\xfe\x00")

    for path in (tmp_path / "none.yaml", tmp_path / "binary.yaml", tmp_path):
        with pytest.raises(BadChannels, match="cannot be read"):
            read_channels(path)


def test_a_file_that_everybody_can_read_is_warned_of(tmp_path: Path) -> None:
    path = file(tmp_path, "ops: slack://a")
    private = exposure(path)
    path.chmod(0o644)

    assert private is None
    assert exposure(path) == (
        "channels.yaml: everybody on this machine can read the secrets of the channels; chmod 640 channels.yaml"
    )
    assert exposure(tmp_path / "none") is None


def test_a_channel_that_is_not_there_is_told_with_the_nearest_name(tmp_path: Path) -> None:
    read = read_channels(file(tmp_path, "operations: slack://a"))

    assert lacking(read, ["operations", "operation", "board"]) == {
        "operation": "there is no channel 'operation' in channels.yaml; did you mean 'operations'?",
        "board": "there is no channel 'board' in channels.yaml; add it there, with one address or several",
    }
