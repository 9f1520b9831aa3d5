# SPDX-License-Identifier: AGPL-3.0-or-later
"""The setting that says who gets messages, and what is wrong with it."""

import pytest

from sightline.errors import SettingsError
from sightline.feeds.webhooks import configured
from sightline.settings import Settings

KEY = "a key of more than 16 characters"


def test_no_setting_means_nobody() -> None:
    assert configured(Settings()) == []


def test_each_entry_is_a_name_a_kind_and_an_address() -> None:
    # given two receivers
    settings = Settings(
        webhooks="ops=slack:https://hooks.slack.com/services/T/B/x  erp=json:http://[::1]:8/in",
        webhook_secret=KEY,
    )
    # then
    found = configured(settings)
    assert [(each.name, each.kind, each.address) for each in found] == [
        ("ops", "slack", "https://hooks.slack.com/services/T/B/x"),
        ("erp", "json", "http://[::1]:8/in"),
    ]
    assert [each.secret for each in found] == [b"", KEY.encode()]


@pytest.mark.parametrize(
    ("webhooks", "reason"),
    [
        ("https://host/SECRET", "Entry 1 .* malformed"),
        ("a=slack:https://h/x b", "Entry 2 .* malformed"),
        ("a=slack:", "malformed"),
        ("a=teams:https://host/SECRET", "kind 'teams'.*slack, json"),
        ("a=slack:https://h/SECRET a=slack:https://h/y", "'a' twice"),
        ("a=slack:ftp://host/SECRET", "no usable address"),
        ("a=slack:https:///SECRET", "no usable address"),
        ("a=slack:https://host:99999/SECRET", "no usable address"),
        ("a=slack:https://[oops/SECRET", "no usable address"),
        ("a=slack:http://host/SECRET", "in the clear"),
        ("a=slack:http://127.0.0.1.evil.example/SECRET", "in the clear"),
        ("a=slack:https://me:SECRET@host/", "user name or password"),
    ],
)
def test_a_mistake_is_explained_without_the_address(webhooks: str, reason: str) -> None:
    with pytest.raises(SettingsError, match=reason) as caught:
        configured(Settings(webhooks=webhooks))
    assert "SECRET/" not in str(caught.value)
    assert "/SECRET" not in str(caught.value)


@pytest.mark.parametrize(
    "address", ["http://localhost:1/x", "http://127.8.8.8/x", "https://example.org/x"]
)
def test_http_is_for_this_machine_only(address: str) -> None:
    assert configured(Settings(webhooks=f"a=slack:{address}"))[0].address == address


@pytest.mark.parametrize(
    ("secret", "reason"),
    [
        ("", "SIGHTLINE_WEBHOOK_SECRET is unset"),
        ("short", "5 bytes"),
        ("whsec_c2hvcnQ=", "5 bytes"),
        ("whsec_not base64!", "no base64"),
    ],
)
def test_signed_json_needs_a_key_worth_its_name(secret: str, reason: str) -> None:
    settings = Settings(webhooks="a=json:https://host/x", webhook_secret=secret)
    with pytest.raises(SettingsError, match=reason):
        configured(settings)


def test_an_address_is_shown_by_its_host_only() -> None:
    (webhook,) = configured(Settings(webhooks="a=slack:https://hooks.slack.com/services/T/B/x"))
    assert webhook.shown == "https://hooks.slack.com/…"
    assert "services" not in repr(webhook)
