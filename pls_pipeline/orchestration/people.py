"""Who is known from the account's archives in the lake.

Here: which rows are read. Not here: what is known for a conversation (extraction/people.py) or whose number a message
runs from (conversations/).
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pls_pipeline.orchestration.pipeline import Session
from pls_pipeline.tables import CONTACTS, GROUPED_CONVERSATIONS, LINE_NUMBERS

if TYPE_CHECKING:
    from pls_pipeline.extraction.people import People


def load_own_numbers(session: Session, imports: Sequence[str] | None = None) -> list[str]:
    """Our numbers from the archives among these imports, or of all, sorted."""
    rows = session.load(LINE_NUMBERS, imports).filter("phone IS NOT NULL").project("phone").distinct().fetchall()
    return sorted(phone for (phone,) in rows)


def load_business_numbers(session: Session) -> list[str]:
    """Our numbers, from the archives and as conversations were grouped by, sorted."""
    grouped = session.load(GROUPED_CONVERSATIONS).filter("own_number IS NOT NULL").project("own_number").distinct()
    return sorted({*load_own_numbers(session), *(number for (number,) in grouped.fetchall())})


def load_people(session: Session, public: Sequence[str] = (), recogniser: str = "") -> "People":
    """All that the archives of all imports say: a number keeps every name that it ever had.

    `public` and `recogniser` are the settings.
    """
    from pls_pipeline.extraction.people import People

    contacts = session.load(CONTACTS).project("kind, first_name, last_name, phones").distinct()
    return People.from_rows(contacts.to_arrow_table().to_pylist(), load_own_numbers(session), public, recogniser)
