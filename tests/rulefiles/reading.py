"""Reads rule texts as the tests here write them."""

from pathlib import Path

from connector.core.fields import FieldCatalog
from connector.core.rulebook import Rulebook
from connector.rulefiles.files import RuleFile
from connector.rulefiles.problem import Problems
from connector.rulefiles.projects import Defaults
from connector.rulefiles.read import read_files

CASES = Path(__file__).parent / "cases"
SHIPPED = Path(__file__).parents[2] / "rules"
TEMPLATES = frozenset({"status", "closeout"})


def read(*texts: str | bytes, site: FieldCatalog | None = None) -> Rulebook | Problems:
    """Several files, called 1.yaml, 2.yaml …"""
    contents = [text.encode() if isinstance(text, str) else text for text in texts]
    files = [RuleFile(name=f"{number}.yaml", content=content) for number, content in enumerate(contents, 1)]
    return read_files(files, site, Defaults(), templates=TEMPLATES)


def rulebook(*texts: str | bytes, site: FieldCatalog | None = None) -> Rulebook:
    found = read(*texts, site=site)
    assert isinstance(found, Rulebook), str(found)
    return found


def problems(*texts: str | bytes, site: FieldCatalog | None = None) -> list[str]:
    found = read(*texts, site=site)
    assert isinstance(found, Problems), "there is no problem"
    return str(found).splitlines()
