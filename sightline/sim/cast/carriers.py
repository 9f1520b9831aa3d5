# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who carries goods to customers; columns hold an index into this."""

CARRIERS = ("DHL", "DPD", "GLS", "SCHENKER", "RABEN", "DACHSER")
