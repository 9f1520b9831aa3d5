# SPDX-License-Identifier: AGPL-3.0-or-later
"""The desk keeps whole decisions, or nothing of them."""

import sqlite3
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from sightline.desk import Desk, Episode, steps
from sightline.errors import DeskError
from sightline.settings import Settings

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
Make = Callable[..., Episode]


def write(desk: Desk, episode: Episode, *, webhooks: tuple[str, ...] = ()) -> None:
    with desk.decide() as decision:
        found = steps(None, episode, at=NOON)
        decision.write(found, now=NOON)
        decision.post(found, webhooks, now=NOON)


def test_an_episode_comes_back_as_it_was_written(desk: Desk, episode: Make) -> None:
    # given an episode with everything in it
    full = episode(
        state="resolved",
        resolved=NOON + SECOND,
        resolution="ended",
        money=Decimal("0.1000"),
        currency="GBP",
        facts={"short_units": "12", "oldest_due": None, "no_anchor": False},
        evidence=("a", "ö"),
    )
    # when it is written
    write(desk, full)
    # then
    assert desk.episodes() == [episode(**{**as_dict(full), "revision": 2})]


def as_dict(episode: Episode) -> dict[str, object]:
    return {name: getattr(episode, name) for name in Episode.__slots__}


def test_what_one_decision_writes_lands_together_or_not_at_all(
    desk: Desk, episode: Make
) -> None:
    # when a decision breaks after it wrote
    with pytest.raises(RuntimeError):
        break_after_writing(desk, episode())
    # then neither the episode, nor its event, nor its message is there
    assert (desk.episodes(), desk.pending_entries(limit=9), desk.deliveries()) == ([], [], [])


def break_after_writing(desk: Desk, episode: Episode) -> None:
    with desk.decide() as decision:
        found = steps(None, episode, at=NOON)
        decision.write(found, now=NOON)
        decision.post(found, ["ops"], now=NOON)
        raise RuntimeError


def test_a_cause_has_at_most_one_open_episode(desk: Desk, episode: Make) -> None:
    # given an open episode
    write(desk, episode())
    # then a second one of the same cause is refused, one of another tenant is not
    with pytest.raises(DeskError, match="UNIQUE"):
        write(desk, episode(exception_id="e2"))
    write(desk, episode(exception_id="e3", tenant="south"))


def test_a_message_is_addressed_once(desk: Desk, episode: Make) -> None:
    # given a message to two webhooks
    write(desk, episode(), webhooks=("ops", "erp"))
    # when the same step is posted again
    with desk.decide() as decision:
        decision.post(steps(None, episode(), at=NOON), ["ops"], now=NOON)
    # then it is not doubled
    assert [each.webhook for each in desk.deliveries()] == ["ops", "erp"]
    assert {each.message_id for each in desk.deliveries()} == {"msg_e1_1"}


def test_the_journal_keeps_its_order_and_forgets_what_was_appended(
    desk: Desk, episode: Make
) -> None:
    # given three events
    write(desk, episode(state="resolved", resolved=NOON, resolution="ended"))
    write(desk, episode(exception_id="e2"))
    # when two of them are in the log
    desk.mark_appended(desk.pending_entries(limit=2), now=NOON)
    # then the third is left
    (left,) = desk.pending_entries(limit=9)
    assert '"id":"e2/1"' in left.event


def test_a_delivery_is_claimed_by_one_only_and_comes_up_again_if_nothing_is_heard(
    desk: Desk, episode: Make
) -> None:
    # given a due delivery
    write(desk, episode(), webhooks=("ops",))
    (due,) = desk.due(["ops"], now=NOON, limit=9)
    # when two ask for it
    claims = [desk.claim(due, until=NOON + 60 * SECOND) for _ in range(2)]
    # then one gets it; it is not due again before its lease is over
    assert claims == [True, False]
    assert desk.due(["ops"], now=NOON + 59 * SECOND, limit=9) == []
    assert len(desk.due(["ops"], now=NOON + 60 * SECOND, limit=9)) == 1


def test_deliveries_to_unknown_webhooks_wait(desk: Desk, episode: Make) -> None:
    write(desk, episode(), webhooks=("gone",))
    assert desk.due(["ops"], now=NOON, limit=9) == []
    assert desk.outbox_counts() == {"pending": 1}


def test_marks_are_kept_by_owner_and_scope(desk: Desk) -> None:
    with desk.decide() as decision:
        decision.remember("a", {"x": "1", "y": "2"})
        decision.remember("a", {"x": "3"})
        decision.remember("b", {"x": "4"})
    assert desk.recall("a") == {"x": "3", "y": "2"}


def test_opening_again_keeps_everything(home: Settings, desk: Desk, episode: Make) -> None:
    # given an episode
    write(desk, episode())
    # when the desk is opened a second time
    again = Desk.open(home)
    # then
    assert again.episodes() == desk.episodes()
    again.close()


def test_many_threads_may_write(desk: Desk, episode: Make) -> None:
    # when eight threads write ten episodes each
    def work(worker: int) -> None:
        for number in range(10):
            name = f"{worker}-{number}"
            write(desk, episode(exception_id=name, dedup_key=name))

    threads = [threading.Thread(target=work, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    # then none is lost
    assert len(desk.episodes()) == 80


def test_a_file_that_is_no_desk_is_named_with_what_to_do(tmp_path: Path) -> None:
    # given something else in its place
    path = tmp_path / "desk.db"
    path.write_bytes(b"not a database, " * 100)
    # then
    with pytest.raises(DeskError, match=r"desk\.db.*not a database.*SIGHTLINE_DESK"):
        Desk.open(Settings(home=tmp_path))


def test_a_folder_in_its_place_is_named(tmp_path: Path) -> None:
    (tmp_path / "desk.db").mkdir()
    with pytest.raises(DeskError, match=r"desk\.db.*unable to open"):
        Desk.open(Settings(home=tmp_path))


def test_a_home_that_is_a_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("")
    with pytest.raises(DeskError, match=r"desk\.db.*SIGHTLINE_DESK"):
        Desk.open(Settings(home=tmp_path / "home"))


def test_a_writer_that_never_lets_go_is_reported(
    desk: Desk, home: Settings, episode: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    # given a short patience and another program inside a transaction
    monkeypatch.setattr("sightline.desk.engine.BUSY_SECONDS", 0.1)
    impatient = Desk.open(home)
    holder = sqlite3.connect(home.home / "desk.db", isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    # then the desk says that it is locked
    with pytest.raises(DeskError, match="locked"):
        write(impatient, episode())
    holder.close()
    impatient.close()
    assert desk.episodes() == []


def test_odd_characters_in_the_path_are_just_characters(tmp_path: Path) -> None:
    # given a home whose name would break a careless URL
    home = Settings(home=tmp_path / "a b#c&d=e")
    # when
    Desk.open(home).close()
    # then
    assert (home.home / "desk.db").is_file()
