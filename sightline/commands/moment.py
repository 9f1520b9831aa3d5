# SPDX-License-Identifier: AGPL-3.0-or-later
"""Moments as people type them: a day, a time, with a zone or in UTC."""

from datetime import UTC, datetime

import click


class Moment(click.ParamType[datetime]):
    """An ISO 8601 day or time; UTC unless it names another zone."""

    name = "moment"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        """Return the moment in UTC."""
        if isinstance(value, datetime):
            return value
        try:
            found = datetime.fromisoformat(str(value))
            return found.replace(tzinfo=found.tzinfo or UTC).astimezone(UTC)
        except (ValueError, OverflowError):
            self.fail(
                f"{value!r} is no moment; expected such as 2026-03-02, 2026-03-02T15:30 or "
                "2026-03-02T15:30:00.250+01:00. A moment without a zone is UTC.",
                param,
                ctx,
            )
