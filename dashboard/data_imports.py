# SPDX-License-Identifier: AGPL-3.0-or-later
"""Reads for the Import page, and the door to what can be done there."""

import os
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import pandas as pd
import streamlit as st

from dashboard import data
from sightline.aid.uploads import Draft, Queue, Run, Upload, Uploads, Workbench, permission
from sightline.errors import ImportFileError
from sightline.log.ledger import KnownFile
from sightline.settings import Settings

COLUMNS = ["file", "rows", "state"]


@st.cache_resource(show_spinner=False)
def uploads() -> Uploads:
    """Return the uploads of this process's home."""
    return Uploads(_settings())


@st.cache_resource(show_spinner=False)
def queue() -> Queue:
    """Return the queue of this process; its runs outlive every session."""
    return Queue(_settings(), data.log, after=partial(_tidy, uploads()))


@st.cache_resource(show_spinner=False)
def workbench() -> Workbench:
    """Return the drafts of this process."""
    return Workbench(uploads())


def locked() -> str:
    """Return why nobody may import through the page, "" when it is allowed."""
    return permission.refusal(_settings())


def files() -> list[KnownFile]:
    """Return the files that the event log holds, the latest last."""
    return data.log().files()


def table_of(found: Sequence[KnownFile], most: int) -> pd.DataFrame:
    """Return the latest of `found` as rows: ``file``, ``rows``, ``state``."""
    rows = [
        (each.file, each.rows, "whole" if each.complete else "stopped half way")
        for each in reversed(found[-most:])
    ]
    return pd.DataFrame(rows, columns=COLUMNS)


def keep(files: Sequence[tuple[str, bytes | memoryview]]) -> Upload:
    """Keep files that were brought in, and look at them.

    Raises
    ------
    ImportFileError
        They cannot be read; nothing is kept.
    """
    upload = uploads().keep(files)
    try:
        workbench().draft(upload.name)
    except ImportFileError as error:
        uploads().forget(upload.name)
        raise ImportFileError(without_folder(str(error), upload.paths)) from error
    return upload


def draft(name: str) -> Draft | None:
    """Return the draft of the upload called `name`, None when there is none."""
    return workbench().draft(name) if name else None


def rehearsal(upload: str) -> Run | None:
    """Return the latest rehearsal of an upload."""
    return queue().latest(upload, "rehearsal")


def importing(upload: str) -> Run | None:
    """Return the latest import of an upload."""
    return queue().latest(upload, "import") if upload else None


def rehearse(draft: Draft) -> Run:
    """Try what `draft` says, without importing."""
    mapping = draft.mapping(uploads())
    return queue().submit(draft.upload, "rehearsal", mapping, draft.key, draft.options)


def import_as_tried(tried: Run) -> Run:
    """Import what was tried, through the very mapping that was tried."""
    upload = Upload(tried.upload, tried.paths)
    return queue().submit(upload, "import", tried.mapping, tried.key, tried.options)


def drop(upload: str) -> None:
    """Remove the files of an upload."""
    uploads().forget(upload)


def mapping_of(run: Run) -> str:
    """Return the mapping of a run as YAML, "" where it is none of its own."""
    path = Path(run.mapping or "")
    return path.read_text("utf-8") if path.suffix == ".yaml" and path.is_file() else ""


def without_folder(text: str, paths: Sequence[Path]) -> str:
    """Return a message with names of files as people gave them."""
    for path in paths:
        text = text.replace(str(path), path.name)
    return text


def _tidy(kept: Uploads, run: Run) -> None:
    """Remove files that are in the log now."""
    if run.kind == "import" and run.state == "done":
        kept.forget(run.upload)


def _settings() -> Settings:
    return Settings.from_env(os.environ)
