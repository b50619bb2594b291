"""What the lake tells an extractor before it begins.

Here: which rows are read. Not here: what becomes of them (extraction/).
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from pls_pipeline.orchestration.people import load_people
from pls_pipeline.orchestration.pipeline import Session
from pls_pipeline.tables import EXTRACTION_OUTCOMES, PATTERN_LIBRARY

if TYPE_CHECKING:
    from pls_pipeline.extraction.knowledge import Knowledge


def load_knowledge(session: Session, public: Sequence[str] = (), recogniser: str = "") -> "Knowledge":
    """The people of all archives, the approved patterns, the answers whose cost an outcome of any import carries.

    `public`: values that are told to everybody; `recogniser`: a further recogniser of personal values.
    """
    from pls_pipeline.extraction.knowledge import Knowledge
    from pls_pipeline.extraction.known_patterns import choose_offerable

    people = load_people(session, public, recogniser)
    return Knowledge(people, choose_offerable(load_approved(session), people), _load_counted_answers(session))


def load_approved(session: Session) -> list[dict[str, Any]]:
    """Rows of the approved patterns; none before the first library."""
    rows = session.load(PATTERN_LIBRARY).filter("status = 'approved'").order("pattern_id").to_arrow_table()
    approved: list[dict[str, Any]] = rows.to_pylist()
    return approved


def _load_counted_answers(session: Session) -> list[str]:
    keys = session.load(EXTRACTION_OUTCOMES).project("unnest(answer_keys) AS key").distinct()
    return [key for (key,) in keys.fetchall()]
