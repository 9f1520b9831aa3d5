# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where a token is needed, which ones will do, and that none is ever shown."""

from pathlib import Path
from typing import Any

import pytest

from sightline.errors import SettingsError
from sightline.intake.token import token_of
from sightline.settings import Settings
from tests.up.served import home_at

TOKEN = "correct-horse-battery"  # noqa: S105 - not a secret


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.2", "::1", "localhost"])
def test_on_loopback_none_is_needed(host: str) -> None:
    assert token_of(Settings(host=host)) == ""
    assert token_of(Settings(host=host, intake_token=TOKEN)) == TOKEN


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "10.0.0.7", "stock.example"])  # noqa: S104
def test_anywhere_else_one_is_needed(host: str) -> None:
    with pytest.raises(SettingsError, match="expected a token") as said:
        token_of(Settings(host=host))
    assert repr(host) in str(said.value)
    assert token_of(Settings(host=host, intake_token=TOKEN)) == TOKEN


def test_a_file_may_hold_it(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text(f"{TOKEN}\n")
    assert token_of(Settings(host="::", intake_token_file=str(file))) == TOKEN


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"intake_token": "short"}, "it has 5 characters; expected at least 16"),
        ({"intake_token": "with blanks in its middle"}, "without blanks"),
        ({"intake_token": "k\u00e4se" * 9}, "of ASCII"),
        ({"intake_token_file": "/no/such/file"}, r"'/no/such/file', which cannot be read"),
        ({"intake_token_file": "/dev/null"}, "the file's text has 0 characters"),
        ({"intake_token": TOKEN, "intake_token_file": "/x"}, "are both set; expected one"),
    ],
)
def test_what_will_not_do_is_told_without_showing_it(
    given: dict[str, Any], message: str
) -> None:
    with pytest.raises(SettingsError, match=message) as said:
        token_of(Settings(**given))
    assert given.get("intake_token", TOKEN) not in str(said.value)
    assert "\n" not in str(said.value)


def test_a_file_that_is_no_text_is_told(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_bytes(b"\xff" * 40)
    with pytest.raises(SettingsError, match="no ASCII text"):
        token_of(Settings(intake_token_file=str(file)))


def test_settings_do_not_show_it() -> None:
    assert TOKEN not in repr(Settings(intake_token=TOKEN))


@pytest.mark.parametrize("words", [("up",), ("demo", "--no-browser")])
def test_nothing_starts_without_it_where_others_could_send(
    tmp_path: Path, words: tuple[str, ...]
) -> None:
    home = home_at(tmp_path, SIGHTLINE_HOST="0.0.0.0")  # noqa: S104
    found = home.ask(*words)
    assert found.returncode == 2
    assert found.stderr.startswith("sightline: SIGHTLINE_HOST is '0.0.0.0'")
    assert found.stderr.count("\n") == 1
    assert not home.path.exists()
