# SPDX-License-Identifier: AGPL-3.0-or-later
"""What customers want: lines, signals, promotions, and what planning expects of them."""
