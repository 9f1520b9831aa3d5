# SPDX-License-Identifier: AGPL-3.0-or-later
"""One module for each command; `sightline.cli` loads the one that is asked for."""
