"""What the lake tells an extractor before it begins.

Here: which rows are read. Not here: what becomes of them (extraction/).
"""

from typing import TYPE_CHECKING

from pls_pipeline.orchestration.people import load_people
from pls_pipeline.orchestration.pipeline import Session
from pls_pipeline.tables import EXTRACTION_OUTCOMES

if TYPE_CHECKING:
    from pls_pipeline.extraction.knowledge import Knowledge


def load_knowledge(session: Session) -> "Knowledge":
    """The people of all archives, and the answers whose cost an outcome of any import carries."""
    from pls_pipeline.extraction.knowledge import Knowledge

    return Knowledge(people=load_people(session), counted_answers=_load_counted_answers(session))


def _load_counted_answers(session: Session) -> list[str]:
    keys = session.load(EXTRACTION_OUTCOMES).project("unnest(answer_keys) AS key").distinct()
    return [key for (key,) in keys.fetchall()]
