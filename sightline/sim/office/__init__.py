# SPDX-License-Identifier: AGPL-3.0-or-later
"""How people decide: approvals as queues, exceptions, and the calls between systems."""
