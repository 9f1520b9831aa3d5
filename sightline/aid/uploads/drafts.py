# SPDX-License-Identifier: AGPL-3.0-or-later
"""What was said about an upload so far: it belongs to the upload, not to a session."""

import hashlib
from collections import OrderedDict
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Lock

from sightline.aid.uploads.folder import Upload, Uploads
from sightline.errors import MappingError
from sightline.imports import Options
from sightline.imports.suggest import Looked, Said, Suggestion, check, look, suggest_for

MOST_DRAFTS = 32
OWN = "own"


@dataclass(slots=True)
class Draft:
    """The mapping of an upload in the making.

    Attributes
    ----------
    choice
        ``ready`` to take what is shipped, ``own`` for the mapping that is proposed.
    text
        The mapping as a person wrote it; "" while it follows from guesses and answers.
    process
        Name of the process where the files are an event log that needs no mapping.
    """

    upload: Upload
    looked: Looked
    said: Said = field(default_factory=Said)
    choice: str = OWN
    text: str = ""
    process: str = ""
    suggestion: Suggestion = field(init=False)

    def __post_init__(self) -> None:
        self.choice = "ready" if self.looked.ready else OWN
        self._suggest()

    def answer(self, key: str, value: str) -> None:
        """Take the answer to a question."""
        self.said = replace(self.said, answers={**self.said.answers, key: value})
        self._suggest()

    def means(self, column: str, meaning: str) -> None:
        """Take what a column means."""
        self.said = replace(self.said, meanings={**self.said.meanings, column: meaning})
        self._suggest()

    def is_a(self, table: str, kind: str) -> None:
        """Take what kind of file a table is; "" leaves it out."""
        self.said = replace(self.said, kinds={**self.said.kinds, table: kind})
        self._suggest()

    @property
    def mapping_text(self) -> str:
        """Return the mapping as YAML, "" where none is needed or none can be written."""
        if self.choice == "ready":
            return ""
        return self.text or self.suggestion.text

    @property
    def objection(self) -> str:
        """Return what keeps the mapping from being tried, "" when nothing does."""
        if self.choice == "ready":
            return ""
        if not self.mapping_text:
            lacking = [what for table in self.suggestion.tables for what in table.missing]
            if lacking:
                return f"No column is known as {', '.join(dict.fromkeys(lacking))}."
            return "Nobody can tell what the rows are: choose what kind of file it is."
        return check(self.mapping_text, "the mapping")

    @property
    def key(self) -> str:
        """Return what the mapping says, as a hash: a rehearsal holds while it stays."""
        told = self.mapping_text or f"{self.looked.ready}/{self.process}"
        return hashlib.sha256(told.encode()).hexdigest()

    @property
    def options(self) -> Options:
        """Return what is said besides the mapping."""
        is_log = self.choice == "ready" and self.looked.ready == "event_log"
        return Options(process=self.process if is_log else "")

    def mapping(self, uploads: Uploads) -> str | None:
        """Return the mapping as an import takes it: a name, a path, or None for none.

        Raises
        ------
        MappingError
            There is none that can be used.
        """
        if self.objection:
            raise MappingError(self.objection)
        if self.choice == "ready":
            return self.looked.ready if self.looked.is_mapping else None
        return str(uploads.keep_mapping(self.mapping_text, self.suggestion.name, self.key))

    def _suggest(self) -> None:
        self.suggestion = suggest_for(self.looked, self.said)


class Workbench:
    """The drafts of this process, the latest ones."""

    def __init__(self, uploads: Uploads) -> None:
        self._uploads = uploads
        self._drafts: OrderedDict[str, Draft] = OrderedDict()
        self._lock = Lock()

    def draft(self, name: str) -> Draft | None:
        """Return the draft of the upload called `name`, None when there is no such upload.

        Raises
        ------
        ImportFileError
            Its files cannot be read.
        """
        upload = self._uploads.find(name)
        if upload is None:
            return None
        with self._lock:
            found = self._drafts.get(name)
            if found is None:
                found = Draft(upload, look(upload.paths))
                found.process = _stem(upload.paths[0])
            self._drafts[name] = found
            self._drafts.move_to_end(name)
            while len(self._drafts) > MOST_DRAFTS:
                self._drafts.popitem(last=False)
            return found


def _stem(path: Path) -> str:
    return path.name.split(".", 1)[0]
