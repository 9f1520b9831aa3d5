# SPDX-License-Identifier: AGPL-3.0-or-later
"""Serve the dashboard alone, without stream or rules: ``python serve.py PORT``."""

import sys

from dashboard import server

if __name__ == "__main__":
    server.serve(server.build_app(), "127.0.0.1", int(sys.argv[1]))
