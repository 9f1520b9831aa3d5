# SPDX-License-Identifier: AGPL-3.0-or-later
"""What every file of the repository keeps to."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MIB = 1 << 20
BINARY = {".png", ".woff", ".woff2", ".ico", ".gz", ".parquet", ".xlsx", ".sqlite"}
LOCKS = ("requirements.lock", "requirements-dev.lock")
REGISTRIES = ("pypi" + ".org", "pythonhosted" + ".org", "npmjs" + ".org", "conda" + ".anaconda")
HOMES = re.compile(
    r"(?<![\w.])/(?:home/(?!ana\b)|Users/|work/|root/)[\w.-]+"
)  # ana: in examples


def tracked() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],  # noqa: S607
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    return [ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()]


if not (ROOT / ".git").exists():
    pytest.skip("not a git checkout", allow_module_level=True)
FILES = tracked()
TEXTS = [path for path in FILES if path.suffix not in BINARY]
PYTHON = [path for path in FILES if path.suffix == ".py"]


def test_every_python_file_begins_with_its_licence() -> None:
    first = "# SPDX-License-Identifier: AGPL-3.0-or-later\n"
    assert [p for p in PYTHON if not p.read_text().startswith(first)] == []


def test_every_module_says_what_it_is() -> None:
    bare = [p for p in PYTHON if '"""' not in p.read_text()[:200] and "tests" not in p.parts]
    assert bare == []


def test_no_module_outgrows_one_thought() -> None:
    long = {
        str(p.relative_to(ROOT)): lines
        for p in PYTHON
        if "tests" not in p.parts and (lines := p.read_text().count("\n")) > 300
    }
    assert long == {}


def test_no_file_is_large() -> None:
    assert [p for p in FILES if p.stat().st_size > MIB] == []


def test_no_file_names_a_registry_or_somebody_s_machine() -> None:
    found = [
        (path.name, hit)
        for path in TEXTS
        for text in [path.read_text(errors="replace")]
        for hit in [*HOMES.findall(text), *(host for host in REGISTRIES if host in text)]
    ]
    assert found == []


def test_the_licence_is_the_whole_agpl() -> None:
    text = (ROOT / "LICENSE").read_text()
    assert "GNU AFFERO GENERAL PUBLIC LICENSE" in text
    assert "Version 3, 19 November 2007" in text
    assert re.findall(r"^(\d+)\. ", text, re.MULTILINE) == [str(n) for n in range(18)]
    assert "END OF TERMS AND CONDITIONS" in text


@pytest.mark.parametrize("name", LOCKS)
def test_every_locked_package_has_a_hash_and_no_address(name: str) -> None:
    text = (ROOT / name).read_text()
    packages = re.split(r"^(?=[a-z0-9])", text, flags=re.MULTILINE)[1:]
    assert len(packages) > 50
    assert [p.split()[0] for p in packages if "--hash=sha256:" not in p] == []
    assert not re.search(r"https?://|--(extra-)?index-url|--find-links", text)


def test_the_container_installs_what_the_tests_ran_with() -> None:
    tested = _pins((ROOT / "requirements-dev.lock").read_text())
    assert _pins((ROOT / "requirements.lock").read_text()) <= tested


@pytest.mark.parametrize("name", LOCKS)
def test_the_lock_holds_every_dependency(name: str) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    wanted = project["project"]["dependencies"]
    if "dev" in name:
        wanted = wanted + project["dependency-groups"]["dev"]
    locked = {_plain(pin.split("==")[0]) for pin in _pins((ROOT / name).read_text())}
    assert {_plain(re.split(r"[\[<>=~!; ]", each)[0]) for each in wanted} <= locked


def test_another_tool_s_lock_is_not_kept() -> None:
    assert not any(path.name in {"uv.lock", "poetry.lock"} for path in FILES)


def test_the_notice_names_every_dependency_with_its_licence() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    notice = (ROOT / "NOTICE").read_text()
    for each in project["project"]["dependencies"]:
        name = re.split(r"[\[<>=~!; ]", each)[0]
        assert re.search(rf"^  {name} +(Apache|BSD|MIT|AGPL)", notice, re.MULTILINE), name


def _pins(text: str) -> set[str]:
    return set(re.findall(r"^([\w.-]+==[^\s;\\]+)", text, re.MULTILINE))


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
