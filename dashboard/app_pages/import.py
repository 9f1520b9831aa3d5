# SPDX-License-Identifier: AGPL-3.0-or-later
"""Import: how do I get my data in?"""

from dashboard import controls, data, data_imports, headline, page
from dashboard.cards import arriving, bringing, trying, understanding

LATEST = 12
name = controls.selected("upload")
page.head("Import")


@page.still
def body() -> None:
    """Draw what is next: bring files in, say what they mean, try it, see it arrive."""
    moment, known = data.moment(), data_imports.files()
    page.lead(headline.imports(known), moment, "the files in the event log")
    locked = data_imports.locked()
    if locked:
        page.nothing("This page takes no files.", locked, command="sightline import FILE")
        return
    run = data_imports.importing(name)
    if run:
        arriving.draw(run)
        return
    draft = data_imports.draft(name)
    if draft is None:
        bringing.draw(is_gone=bool(name))
        bringing.latest(data_imports.table_of(known, LATEST))
        return
    understanding.draw(draft)
    trying.draw(draft)
