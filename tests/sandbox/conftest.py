from collections.abc import Iterator

import pytest

from connector.sandbox.server import Sandbox
from connector.sandbox.world import SandboxOptions
from tests.sandbox.visitor import Visitor


@pytest.fixture
def ada() -> Iterator[Visitor]:
    """Ada at a Cloud site in English with the project OPS."""
    yield from visiting(SandboxOptions(port=0))


@pytest.fixture
def ada_dc() -> Iterator[Visitor]:
    """Ada at a Data Center site in English with the project OPS."""
    yield from visiting(SandboxOptions(port=0, deployment="datacenter"))


@pytest.fixture
def ada_zh() -> Iterator[Visitor]:
    """Ada at a Cloud site in Chinese with the project OPS."""
    yield from visiting(SandboxOptions(port=0, locale="zh_CN"))


def visiting(options: SandboxOptions) -> Iterator[Visitor]:
    box = Sandbox(options)
    visitor = Visitor(box)
    visitor.project()
    yield visitor
    box.stop()
