# SPDX-License-Identifier: AGPL-3.0-or-later
"""Events over HTTP: what comes in is in the log before anybody is told that it was accepted."""
