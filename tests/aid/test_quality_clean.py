# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where nothing is wrong, no rule finds anything."""

from datetime import UTC, datetime
from pathlib import Path

from click.testing import CliRunner

from sightline.aid.quality import RULES, check
from sightline.cli import main
from sightline.log import open_log
from sightline.settings import Settings
from sightline.store import Store
from streams.runner import run_until_idle

EXAMPLES = sorted((Path(__file__).parents[2] / "docs" / "examples" / "master").glob("*.csv"))
NOW = datetime(2026, 3, 2, 6, tzinfo=UTC)


def test_an_empty_home_has_no_finding(store: Store) -> None:
    found = check(store, as_of=NOW)
    assert (found.findings, found.rules, found.events) == ((), len(RULES), 0)


def test_our_own_example_files_leave_no_finding(store: Store, settings: Settings) -> None:
    # given the template as it is shipped
    env = {"SIGHTLINE_HOME": str(settings.home)}
    CliRunner().invoke(main, ["import", *map(str, EXAMPLES)], env=env)
    log = open_log(settings)
    run_until_idle(settings, store, log)
    log.close()
    # when it is checked
    found = check(store, as_of=NOW)
    # then there is nothing to mend
    assert [each.title for each in found.findings] == []
    assert found.records > 100
