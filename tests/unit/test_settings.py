# SPDX-License-Identifier: AGPL-3.0-or-later
"""Settings are right from birth, and secrets in them are never printed."""

from pathlib import Path
from typing import Any

import pytest

from sightline.errors import SettingsError
from sightline.settings import Settings


def test_everything_lies_in_the_home_by_default() -> None:
    settings = Settings(home=Path("/srv/data"))
    assert settings.store_folder == Path("/srv/data/store")
    assert settings.log == "sqlite:////srv/data/log.db"
    assert settings.desk == "sqlite:////srv/data/desk.db"


def test_a_home_in_the_users_folder_is_expanded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/ana")
    assert Settings(home=Path("~/sight")).store_folder == Path("/home/ana/sight/store")


def test_a_folder_may_have_any_letters_but_a_question_mark() -> None:
    home = Path("/srv/höme with #1 and 100%")
    assert Settings(home=home).store_folder == home / "store"
    with pytest.raises(SettingsError, match=r"expected chdb:///absolute/path without '\?'"):
        Settings(home=Path("/srv/why?"))


@pytest.mark.parametrize("store", ["chdb://memory", "clickhouse://db:8123/sightline"])
def test_a_store_in_memory_or_elsewhere_has_no_folder(store: str) -> None:
    assert Settings(store=store).store_folder is None


@pytest.mark.parametrize("name", ["STORE", "URL", "WEBHOOKS", "WEBHOOK_SECRET"])
def test_secrets_are_not_in_the_representation(name: str) -> None:
    value = {"STORE": "clickhouse://ana:tops3cret@db", "URL": "https://x"}.get(
        name, "tops3cret"
    )
    assert "tops3cret" not in repr(Settings.from_env({f"SIGHTLINE_{name}": value}))


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("clickhouse://ana:p@ss:w@db:8123/x", "clickhouse://ana:***@db:8123/x"),
        ("clickhouse://db:8123/x", "clickhouse://db:8123/x"),
        ("chdb:///srv/a:b@c", "chdb:///srv/a:b@c"),
    ],
)
def test_a_store_is_shown_without_its_password(url: str, shown: str) -> None:
    assert Settings(store=url).store_shown == shown


def test_links_never_have_two_slashes() -> None:
    assert Settings(url="https://sightline.example/").url == "https://sightline.example"


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"PORT": "lots"}, "SIGHTLINE_PORT is 'lots'; expected a whole number"),
        ({"PORT": "70000"}, "SIGHTLINE_PORT is 70000; expected 1 to 65535"),
        ({"PARTITIONS": "0"}, "SIGHTLINE_PARTITIONS is 0; expected 1 to 256"),
        ({"POST_AGE_HOURS": "soon"}, "SIGHTLINE_POST_AGE_HOURS is 'soon'; expected a number"),
        ({"POST_AGE_HOURS": "nan"}, "SIGHTLINE_POST_AGE_HOURS is nan; expected 0 to"),
        ({"STORE": "postgres://db"}, "has scheme 'postgres'; expected one of chdb, clickhouse"),
        ({"STORE": "chdb://relative"}, "expected chdb:///absolute/path"),
        ({"LOG": "amqp://x"}, "SIGHTLINE_LOG has scheme 'amqp'"),
        ({"URL": "localhost:8501"}, "SIGHTLINE_URL has scheme 'localhost'"),
    ],
)
def test_a_wrong_value_is_named_with_what_was_expected(
    given: dict[str, Any], message: str
) -> None:
    with pytest.raises(SettingsError) as refusal:
        Settings.from_env({f"SIGHTLINE_{name}": value for name, value in given.items()})
    assert message in str(refusal.value)


def test_an_empty_variable_is_an_absent_one() -> None:
    assert Settings.from_env({"SIGHTLINE_PORT": "", "SIGHTLINE_STORE": ""}).port == 8501
