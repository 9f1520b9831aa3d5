# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the source systems record of the world: facts become CloudEvents."""
