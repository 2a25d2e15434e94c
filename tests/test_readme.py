"""The README is true: each of its commands works as it stands, in a fresh environment and an empty folder."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"```(\w+)\n(.*?)```", re.DOTALL)


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an environment that holds evenhand's wheel; its dependencies come from the one that tests."""
    folder = tmp_path_factory.mktemp("fresh")
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation", "-w", str(folder),
         str(ROOT)],
        check=True, capture_output=True,
    )  # fmt: skip
    home = folder / "env"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(home)], check=True)
    site = next(iter((home / "lib").glob("python*/site-packages")))
    with zipfile.ZipFile(next(folder.glob("*.whl"))) as wheel:
        wheel.extractall(site)  # noqa: S202 - the wheel built a line above
    there = Path(next(path for path in sys.path if path.endswith("site-packages")))
    # the checkout's own editable install must not be found, so packages are named one by one
    for package in there.iterdir():
        if "evenhand" not in package.name and not (site / package.name).exists():
            (site / package.name).symlink_to(package)
    (home / "bin" / "evenhand").write_text(
        f"#!{home / 'bin' / 'python'}\nfrom evenhand.cli import main\nmain()\n", encoding="utf-8"
    )
    (home / "bin" / "evenhand").chmod(0o755)
    return home / "bin"


def run(fresh: Path, folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run something with the fresh environment first on the path."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    return subprocess.run(
        list(words), cwd=folder, text=True, capture_output=True, check=False, timeout=120,
        env={**clean, "PATH": f"{fresh}:{clean['PATH']}"},
    )  # fmt: skip


def test_every_command_of_the_readme_works(fresh: Path, tmp_path: Path) -> None:
    """Each shell line, in order, in one empty folder, ends with 0 and comes from the installed wheel."""
    lines = [line for kind, block in BLOCK.findall(README) if kind == "sh" for line in block.splitlines()]
    assert len(lines) >= 8
    for line in lines:
        done = run(fresh, tmp_path, "bash", "-c", line)
        assert done.returncode == 0, f"{line}\n{done.stderr}"
    where = run(fresh, tmp_path, "python", "-c", "import evenhand; print(evenhand.__file__)")
    assert str(fresh.parent) in where.stdout
    assert {"teams.xlsx", "turns.ics", "week.html", "week.json"} <= {path.name for path in tmp_path.iterdir()}


def test_the_python_block_runs_as_it_stands(fresh: Path, tmp_path: Path) -> None:
    """The program in the README prints a plan and writes its workbook."""
    (program,) = [block for kind, block in BLOCK.findall(README) if kind == "python"]
    done = run(fresh, tmp_path, "python", "-c", program)
    assert done.returncode == 0, done.stderr
    assert "Coast Drive" in done.stdout
    assert (tmp_path / "week.xlsx").read_bytes()[:2] == b"PK"


def test_the_first_screen_says_how_to_install() -> None:
    """Pip install, a wheel from the checkout and the three systems stand in the first fifteen lines."""
    first = "\n".join(README.splitlines()[:15])
    for words in ("pip install evenhand", "pip wheel", "Linux", "macOS", "Windows"):
        assert words in first


def test_the_first_screen_shows_what_a_command_prints(fresh: Path, tmp_path: Path) -> None:
    """The commands of the first screen print what stands below them, where ``...`` leaves lines out."""
    (block,) = [block for kind, block in BLOCK.findall(README) if kind == "console"]
    parts = re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]
    assert len(parts) == 2
    for part in parts:
        command, shown = part.split("\n", 1)
        done = run(fresh, tmp_path, "bash", "-c", command)
        assert done.returncode == 0, f"{command}\n{done.stderr}"
        kept = shown.split("...\n")[0] if shown.endswith("...\n") else shown
        assert done.stdout.startswith(kept) if kept != shown else done.stdout == shown


def test_the_pictures_are_there() -> None:
    """Every picture of the README is kept in docs, and made by a command that stands in the Makefile."""
    pictures = re.findall(r"!\[[^]]*\]\(([^)]+)\)", README)
    assert len(pictures) >= 2
    assert all((ROOT / picture).stat().st_size > 1000 for picture in pictures)
    assert "docs/pictures.py" in (ROOT / "Makefile").read_text(encoding="utf-8")


def test_the_source_package_holds_what_the_tests_need(tmp_path: Path) -> None:
    """Make test could run from the sdist: tests, pins, benchmarks, the Makefile and CI's script are in it."""
    script = "from hatchling.build import build_sdist; import sys; build_sdist(sys.argv[1])"
    subprocess.run([sys.executable, "-c", script, str(tmp_path)], cwd=ROOT, check=True, capture_output=True)
    with tarfile.open(next(tmp_path.glob("*.tar.gz"))) as archive:
        names = {name.split("/", 1)[1] for name in archive.getnames() if "/" in name}
    needed = {
        "Makefile",
        ".ci/run",
        "requirements/test.txt",
        "tests/test_house.py",
        "NOTICES.md",
        "README.md",
    }
    assert needed <= names
    assert any(name.startswith("tests/bad_inputs/") for name in names)


def test_what_is_under_the_lgpl_is_an_extra_and_said() -> None:
    """The core depends on nothing under the LGPL; the extra that does is named in the notices."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert not [name for name in project["dependencies"] if name.startswith("recurring")]
    assert any(name.startswith("recurring") for name in project["optional-dependencies"]["calendars"])
    assert "LGPL" in (ROOT / "NOTICES.md").read_text(encoding="utf-8")


def test_the_package_carries_no_link_that_leads_nowhere(fresh: Path) -> None:
    """The README in the wheel has no relative link or picture; the Pythons it names are those it asks for."""
    site = next(iter((fresh.parent / "lib").glob("python*/site-packages")))
    metadata = next(site.glob("evenhand-*.dist-info/METADATA")).read_text(encoding="utf-8")
    assert re.findall(r"\]\((?!https?:|#)[^)]*\)", metadata) == []
    assert "Install (`docs/install.md`)" in metadata
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    named = [name.rsplit(" ", 1)[1] for name in project["classifiers"] if re.search(r":: 3\.\d+$", name)]
    assert named == ["3.11", "3.12", "3.13", "3.14"]
    assert project["requires-python"] == ">=3.11,<3.15"
    # there is no public address yet, and none is made up
    assert all(address.startswith("https://") for address in project.get("urls", {}).values())


def test_every_pin_has_hashes() -> None:
    """Each pinned package names its version and at least one hash, in every file of pins."""
    for path in (ROOT / "requirements").glob("*.txt"):
        entries = re.split(r"\n(?=[A-Za-z0-9])", path.read_text(encoding="utf-8"))[1:]
        assert entries
        assert [entry for entry in entries if "==" not in entry or "--hash=sha256:" not in entry] == []
