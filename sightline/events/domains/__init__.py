# SPDX-License-Identifier: AGPL-3.0-or-later
"""The data of every event type, one module per domain.

Required is what a position or a life-cycle cannot do without; everything else may be absent.
"""
