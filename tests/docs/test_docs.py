# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the documents promise exists, and what exists is documented."""

import re
import shlex
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import click
import pytest

from sightline import catalog
from sightline.cli import COMMANDS, load, main
from sightline.events.catalogue import TYPES
from sightline.settings import Settings, variable

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
MAKEFILE = (ROOT / "Makefile").read_text()
TARGETS = set(re.findall(r"^([a-z-]+):.*## ", MAKEFILE, re.MULTILINE))
DOMAINS = {name.split(".")[2] for name in TYPES}


def name_of(page: Path) -> str:
    return str(page.relative_to(ROOT))


def commands() -> Iterator[tuple[str, click.Command]]:
    """Yield every command that does something, with its full name."""
    for first in COMMANDS:
        found = load(first)
        if isinstance(found, click.Group):
            yield from ((f"{first} {name}", each) for name, each in found.commands.items())
        else:
            yield first, found


LEAVES = dict(commands())


def spoken(page: Path) -> list[list[str]]:
    """Return the words of every ``sightline …`` command line in `page`."""
    text = page.read_text()
    quoted = re.findall(r"`(?:\.venv/bin/)?sightline ([^`]+)`", text)
    blocks = re.findall(
        r"^ {4}(?:\S+=\S+ )?(?:\.venv/bin/|docker compose exec sightline )?"
        r"sightline ([a-z][^#\n]*)",
        text,
        re.MULTILINE,
    )
    return [shlex.split(line) for line in [*quoted, *blocks]]


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_make_target_that_is_named_exists(page: Path) -> None:
    text = page.read_text()
    named = re.findall(r"(?:`|^ {4})make (?:-s )?([a-z][a-z-]*)", text, re.MULTILINE)
    assert set(named) <= TARGETS


@pytest.mark.parametrize("target", sorted(TARGETS - {"help"}))
def test_every_make_target_is_named_for_contributors(target: str) -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text() + (ROOT / "README.md").read_text()
    assert f"make {target}" in text


def test_every_make_target_is_phony() -> None:
    phony = re.search(r"^\.PHONY: (.*)$", MAKEFILE, re.MULTILINE)
    assert phony
    assert set(phony[1].split()) == TARGETS


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_command_that_is_named_exists_with_its_options(page: Path) -> None:
    for words in spoken(page):
        command: click.Command = main
        context = click.Context(main)
        for word in words:
            if isinstance(command, click.Group) and not word.startswith("-"):
                if word.isupper():
                    break
                found = command.get_command(context, word)
                assert found, f"{page.name} names `sightline {' '.join(words)}`"
                command = found
        options = {opt for param in command.params for opt in param.opts} | {"--help"}
        given = {re.split("[= ]", word)[0] for word in words if re.match("--?[a-z]", word)}
        assert given <= options, f"{page.name} names `sightline {' '.join(words)}`"


@pytest.mark.parametrize("name", LEAVES)
def test_every_command_is_documented_with_its_options(name: str) -> None:
    page = (ROOT / "docs" / "commands.md").read_text()
    assert f"`sightline {name}`" in page
    for param in LEAVES[name].params:
        if isinstance(param, click.Option):
            assert param.opts[0] in page


@pytest.mark.parametrize("name", [*COMMANDS, *LEAVES])
def test_every_command_has_help_in_one_sentence(name: str) -> None:
    found = LEAVES.get(name) or load(name)
    assert found.help
    assert found.help.strip().split("\n\n")[0].endswith(".")


@pytest.mark.parametrize("setting", [field.name for field in fields(Settings)])
def test_every_setting_is_documented_with_its_default(setting: str) -> None:
    page = (ROOT / "docs" / "settings.md").read_text()
    row = re.search(rf"^\| `{variable(setting)}` \| ([^|]*) \|", page, re.MULTILINE)
    assert row
    default = next(each.default for each in fields(Settings) if each.name == setting)
    shown = row[1].strip().strip("`")
    assert (
        shown in {"inside the home", "none"}
        if default == ""
        else float_or_text(shown) == float_or_text(str(default))
    )


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_setting_that_is_named_exists(page: Path) -> None:
    known = {variable(field.name) for field in fields(Settings)}
    assert set(re.findall(r"\bSIGHTLINE_[A-Z_]+\b", page.read_text())) <= known


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_event_type_that_is_named_exists(page: Path) -> None:
    short = {full.removeprefix("io.sightline.").removesuffix(".v1") for full in TYPES}
    named = re.findall(rf"`((?:{'|'.join(sorted(DOMAINS))})\.[a-z_]+)`", page.read_text())
    assert set(named) <= short | {"transfer.line", "process.json"}  # an object, a file


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_file_that_is_named_exists(page: Path) -> None:
    folders = "sightline|streams|mining|dashboard|sql|docs|tests|bench"
    named = re.findall(rf"`((?:{folders})/[\w./-]+)`", page.read_text())
    assert [name for name in named if not (ROOT / name).exists() and "NAME" not in name] == []


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_link_between_documents_leads_somewhere(page: Path) -> None:
    links = re.findall(r"\]\((?!https?:|#)([^)#\s]+)(?:#[^)]*)?\)", page.read_text())
    assert [link for link in links if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_query_that_is_named_exists_or_is_the_example(page: Path) -> None:
    named = re.findall(r"sql/queries/(\w+)\.sql", page.read_text())
    named += re.findall(r"\.read\(\"(\w+)\"", page.read_text())
    assert set(named) <= {*catalog.names(), "counted_short", "NAME"}


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_benchmark_that_is_named_exists(page: Path) -> None:
    named = set(re.findall(r"make (?:-s )?bench only=([a-z]\w*)", page.read_text()))
    assert named <= {script.stem for script in ROOT.glob("bench/*.py")}


def test_every_decision_is_listed() -> None:
    folder = ROOT / "docs" / "adr"
    listed = set(re.findall(r"\]\((\d{4}-[\w-]+\.md)\)", (folder / "README.md").read_text()))
    assert listed == {page.name for page in folder.glob("[0-9]*.md")}


def float_or_text(value: str) -> float | str:
    try:
        return float(value)
    except ValueError:
        return value
