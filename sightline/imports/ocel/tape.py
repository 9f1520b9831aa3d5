# SPDX-License-Identifier: AGPL-3.0-or-later
"""A JSON document of any size, read value by value."""

import json
from collections.abc import Iterator
from typing import IO, Any

BLOCK = 1 << 20
LONGEST_VALUE = 64 << 20
SPACE = " \t\r\n"
_DECODER = json.JSONDecoder()


class TapeError(ValueError):
    """The document is no JSON, or ends too early."""


class Tape:
    """Reads `text` from its beginning to its end; never holds more than one value of it."""

    def __init__(self, text: IO[str]) -> None:
        self._text = text
        self._held = ""
        self._at = 0
        self._done = False

    def pairs(self) -> Iterator[str]:
        """Yield the keys of the object that comes next; the caller reads the value of each.

        Raises
        ------
        TapeError
            What comes is no object, or ends too early.
        """
        self._take("{")
        if self._peek() == "}":
            self._at += 1
            return
        while True:
            key = self.value()
            if not isinstance(key, str):
                raise TapeError(f"{key!r} stands where a key was expected")
            self._take(":")
            yield key
            if self._either() == "}":
                return

    def elements(self) -> Iterator[Any]:
        """Yield the values of the list that comes next.

        Raises
        ------
        TapeError
            What comes is no list, or ends too early.
        """
        self._take("[")
        if self._peek() == "]":
            self._at += 1
            return
        while True:
            yield self.value()
            if self._either("]") == "]":
                return

    def value(self) -> Any:
        """Return the value that comes next.

        Raises
        ------
        TapeError
            It is none, ends too early, is nested too deeply or is too large.
        """
        self._peek()
        while True:
            try:
                found, end = _DECODER.raw_decode(self._held, self._at)
            except json.JSONDecodeError as error:
                if not self._more():
                    raise TapeError(f"{error.msg} at its end") from error
            except (RecursionError, ValueError) as error:
                raise TapeError("a value is nested too deeply or too long") from error
            else:
                if end < len(self._held) or not self._more():
                    self._at = end
                    return found

    def end(self) -> None:
        """Refuse anything that follows.

        Raises
        ------
        TapeError
            Something does.
        """
        if self._peek():
            raise TapeError("something follows its end")

    def _either(self, end: str = "}") -> str:
        mark = self._peek()
        if mark not in {",", end}:
            raise TapeError(f"{mark or 'nothing'} stands where , or {end} was expected")
        self._at += 1
        return mark

    def _take(self, mark: str) -> None:
        found = self._peek()
        if found != mark:
            raise TapeError(f"{found or 'nothing'} stands where {mark} was expected")
        self._at += 1

    def _peek(self) -> str:
        """Return the next character that is no space, "" at the end."""
        while True:
            while self._at < len(self._held) and self._held[self._at] in SPACE:
                self._at += 1
            if self._at < len(self._held):
                return self._held[self._at]
            if not self._more():
                return ""

    def _more(self) -> bool:
        """Hold more text, at least as much again as is held; tell whether there was any."""
        if self._done:
            return False
        rest = self._held[self._at :]
        if len(rest) > LONGEST_VALUE:
            raise TapeError(f"a value is longer than {LONGEST_VALUE} characters")
        fresh = self._text.read(max(BLOCK, len(rest)))
        self._done = not fresh
        self._held, self._at = rest + fresh, 0
        return not self._done
