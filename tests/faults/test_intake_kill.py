# SPDX-License-Identifier: AGPL-3.0-or-later
"""Killed again and again while events come in: what was acknowledged is there, once."""

import sys
import time
from pathlib import Path
from random import Random

import pytest

from sightline.log import open_log
from sightline.settings import Settings
from tests.intake.senders import Sender, batches, is_bad, total
from tests.up.served import home_at, up

CLIENTS, SIZE, RATE = "abcd", 100, 5_000
KILLS = 10
ENDLESS = 10**9
SEED = 20_260_302

pytestmark = pytest.mark.faults


def test_nothing_acknowledged_is_lost_and_nothing_is_doubled(tmp_path: Path) -> None:
    # given four clients that send at their pace, each body until it is acknowledged
    home = home_at(tmp_path)
    chance = Random(SEED)  # noqa: S311 - repeatable
    port = int(home.environ["SIGHTLINE_PORT"])
    pace = SIZE * len(CLIENTS) / RATE
    clients = [
        Sender(port, batches(f"erp://{name}", ENDLESS, SIZE), every_s=pace) for name in CLIENTS
    ]
    for client in clients:
        client.start()
    # when the process is killed ten times while it takes events in
    for _ in range(KILLS):
        before = total(clients, "received")
        with up(home) as served:
            served.wait_for(lambda: total(clients, "received") > before, "acknowledged events")  # noqa: B023
            time.sleep(chance.uniform(0.2, 4.0))
            served.process.kill()
    # and then works in peace until all that was begun is acknowledged
    with up(home):
        for client in clients:
            client.enough.set()
        for client in clients:
            client.join(120)
    assert not any(client.is_alive() for client in clients)
    done = home.ask("run", "--until-idle")
    assert done.returncode == 0, done.stderr
    # then every good event that was acknowledged is in the table exactly once, and no other
    wanted = {
        f"erp://{name}-{number}"
        for name, client in zip(CLIENTS, clients, strict=True)
        for number in range(len(client.told) * SIZE)
        if not is_bad(number)
    }
    found = [
        row["id"] for row in home.rows("SELECT id FROM events WHERE source LIKE 'erp://_'")
    ]
    assert len(found) == len(set(found))
    assert set(found) == wanted
    # and the log is accounted for: accepted + duplicates + dead letters
    (counts,) = home.rows(
        "SELECT sum(events) AS accepted, sum(duplicates) AS doubled, sum(dead_letters) AS bad"
        " FROM v_progress"
    )
    accepted, doubled, bad = (int(counts[name]) for name in ("accepted", "doubled", "bad"))
    log = open_log(Settings(home=home.path))
    assert accepted + doubled + bad == sum(part.events for part in log.stat())
    log.close()
    # of which as much was sent again as the kills left without an answer
    sends = sum(client.sends for client in clients) * SIZE
    told = total(clients, "received")
    sys.stdout.write(f"\n{KILLS} kills: {told} of {sends} acknowledged, {doubled} came twice\n")
    assert len(wanted) == total(clients, "accepted")
    assert doubled <= sends - told
    assert bad >= total(clients, "refused_count") == told // 100 > 0
