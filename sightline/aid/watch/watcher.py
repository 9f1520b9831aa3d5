# SPDX-License-Identifier: AGPL-3.0-or-later
"""Looks into a folder and takes what is new; one look after the other, each file by itself."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from sightline.aid.watch.asked import Asked
from sightline.aid.watch.folder import Look, files_in
from sightline.aid.watch.moving import moved
from sightline.aid.watch.stillness import Stillness
from sightline.aid.watch.taking import Taker, mapping_name
from sightline.clock import Clock, wall_clock
from sightline.desk import Desk, Watched
from sightline.errors import ImportFileError, LogError, MappingError, one_line
from sightline.log import EventLog
from sightline.settings import Settings

LAST_LINE_S = 60.0
"""For how long a file must rest before its last line is taken although it has no end."""
Say = Callable[[str], None]


@dataclass(slots=True)
class Watcher:
    """Watches one folder; `say` is told one line for each file that something came of."""

    asked: Asked
    settings: Settings
    log: EventLog
    desk: Desk
    say: Say = lambda _: None
    clock: Clock = wall_clock
    stop: Callable[[], bool] = lambda: False
    _still: Stillness = field(default_factory=Stillness, init=False)
    _known: dict[str, Watched] = field(default_factory=dict, init=False)
    _troubled: dict[Path, str] = field(default_factory=dict, init=False)

    def look(self) -> int:
        """Take what is ready; return how many files are not, because they still change.

        Raises
        ------
        OSError
            The folder cannot be read.
        """
        self._known = {each.path: each for each in self.desk.watched(str(self.asked.folder))}
        seen = dict(files_in(self.asked))
        self._still.keep(set(seen))
        waiting = 0
        for path, look in seen.items():
            if self.stop():
                break
            self._still.see(path, look, self.clock())
            waiting += not self._look_at(path, look)
        return waiting

    def _look_at(self, path: Path, look: Look) -> bool:
        """Take `path` when it is ready; return whether nothing about it has to be awaited."""
        entry = self._known.get(str(path))
        now = self.clock()
        if not look.size and not (entry and entry.taken):
            return True  # made, and not written yet
        taker = Taker(self.asked, self.settings, self.log)
        if entry and _is_as(entry, look) and not self._is_worth_a_try(entry, path, now):
            return self._put_away(path, entry) and entry.outcome != "waiting"
        is_still = self._still.still_s(path, now) >= self.asked.settle_s
        if not is_still and not self._may_grow(taker, entry, path, now):
            return False
        with_last = is_still and self._may_end(path, look, now)
        self._take(taker, entry, path, look, with_last=with_last)
        return True

    def _is_worth_a_try(self, entry: Watched, path: Path, now: datetime) -> bool:
        """Tell whether a file that did not change may give more than the last time."""
        if entry.outcome == "refused":
            return entry.mapping != mapping_name(self.asked.mapping)
        look = Look(entry.inode, entry.size, entry.mtime_ns)
        return entry.outcome == "waiting" and self._may_end(path, look, now)

    def _may_grow(self, taker: Taker, entry: Watched | None, path: Path, now: datetime) -> bool:
        """Tell whether whole lines of a file that still changes may be taken."""
        known = entry is not None and entry.taken > 0
        restless = self._still.is_restless(path, now, self.asked.settle_s)
        return (known or restless) and taker.can_grow(path)

    def _may_end(self, path: Path, look: Look, now: datetime) -> bool:
        """Tell whether a file has rested so long that its last line will get no end."""
        age = now.timestamp() - look.mtime_ns / 1e9
        rest = self._still.still_s(path, now)
        return rest >= self.asked.settle_s and max(age, rest) >= LAST_LINE_S

    def _take(
        self, taker: Taker, entry: Watched | None, path: Path, look: Look, *, with_last: bool
    ) -> None:
        try:
            found = taker.take(path, look, entry, now=self.clock(), with_last=with_last)
        except (ImportFileError, MappingError) as error:
            found = taker.refused(path, look, entry, one_line(error), now=self.clock())
        except (LogError, OSError) as error:  # not the file's fault: tried again at each look
            if self._troubled.get(path) != str(error):
                self.say(f"{path.name}: {one_line(error)}")
            self._troubled[path] = str(error)
            return
        self._troubled.pop(path, None)
        if found.said:
            self.say(found.said)
        self.desk.note_watched(found.entry)
        self._put_away(path, found.entry)

    def _put_away(self, path: Path, entry: Watched) -> bool:
        """Move a file that was taken whole to where it is asked to go."""
        target = self.asked.move_to
        is_still = self._still.still_s(path, self.clock()) >= self.asked.settle_s
        if target and entry.outcome == "taken" and is_still:
            self.say(moved(path, target))
        return True


def _is_as(entry: Watched, look: Look) -> bool:
    return Look(entry.inode, entry.size, entry.mtime_ns) == look
