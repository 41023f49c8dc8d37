"""The register: the index of all bugs in the documents folder, as rows, as files and as pages.

It is a view: nothing is decided by it, and a row that is wrong or gone comes back when its bug is looked at.
"""

from bugaction.register.agenda import Agenda, Appointment, agenda_of
from bugaction.register.book import (
    Book,
    Index,
    Stub,
    YearPage,
    format_index,
    format_year,
    merged_year,
    needed_years,
    newest_year,
    parse_index,
    parse_year,
    with_rows,
)
from bugaction.register.errand import Errand
from bugaction.register.pages import history_pages, readme
from bugaction.register.people import ANYBODY, Line, by_person
from bugaction.register.pinned import with_waiting
from bugaction.register.places import (
    INDEX_FILE,
    README_FILE,
    history_path,
    index_path,
    readme_path,
    year_path,
)
from bugaction.register.row import Item, Paper, Row, SeverityName, State, digest_of, row_text
from bugaction.register.similar import Past, Similar, Waiting, past_of, similar_to, waiting_in

__all__ = [
    "ANYBODY",
    "INDEX_FILE",
    "README_FILE",
    "Agenda",
    "Appointment",
    "Book",
    "Errand",
    "Index",
    "Item",
    "Line",
    "Paper",
    "Past",
    "Row",
    "SeverityName",
    "Similar",
    "State",
    "Stub",
    "Waiting",
    "YearPage",
    "agenda_of",
    "by_person",
    "digest_of",
    "format_index",
    "format_year",
    "history_pages",
    "history_path",
    "index_path",
    "merged_year",
    "needed_years",
    "newest_year",
    "parse_index",
    "parse_year",
    "past_of",
    "readme",
    "readme_path",
    "row_text",
    "similar_to",
    "waiting_in",
    "with_rows",
    "with_waiting",
    "year_path",
]
