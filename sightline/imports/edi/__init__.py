# SPDX-License-Identifier: AGPL-3.0-or-later
"""EDI interchanges, X12 and EDIFACT: documents of partners become events.

``tape`` cuts a file at its terminators; ``x12`` and ``edifact`` take segments apart through
pyx12 and pydifact; ``framing`` finds sets that are whole; ``documents`` reads them, one module
for each; ``cloudevent`` gives events their ids; ``importing`` puts them into the log.
"""
