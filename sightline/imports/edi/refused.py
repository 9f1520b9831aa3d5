# SPDX-License-Identifier: AGPL-3.0-or-later
"""Why something in an interchange becomes no event."""


class Refused(Exception):  # noqa: N818  never leaves the import of interchanges
    """Carries the reason from where it is found to where it is written down.

    Attributes
    ----------
    code
        One word to count by.
    text
        What is wrong, with the value; what was expected; what to do.
    field
        Element it is about, as its standard names it: ``PO103``, ``QTY C186/6411``.
    """

    def __init__(self, code: str, text: str, field: str = "") -> None:
        super().__init__(f"{code}: {text}")
        self.code = code
        self.text = text
        self.field = field

    @property
    def reason(self) -> str:
        """Return it as dead letters show it."""
        return f"{self.code}: {self.text}"
