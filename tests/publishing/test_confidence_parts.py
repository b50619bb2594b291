from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from pls_pipeline.library.confidence import Evidence, score_confidence
from pls_pipeline.publishing.report.confidence_parts import split_confidence


@st.composite
def evidences(draw: st.DrawFn) -> Evidence:
    conversations = draw(st.integers(1, 5_000))
    return Evidence(
        conversations=conversations,
        main_wording=draw(st.integers(1, conversations)),
        imports=draw(st.integers(1, 400)),
        operators=draw(st.integers(1, 50)),
        satisfied=draw(st.integers(0, 5_000)),
        returned=draw(st.integers(0, 5_000)),
        half_years=draw(st.integers(0, 20)),
    )


def row_of(evidence: Evidence, **changed: Any) -> dict[str, Any]:
    row = {
        "conversation_count": evidence.conversations, "import_count": evidence.imports,
        "operator_count": evidence.operators, "satisfied_count": evidence.satisfied,
        "returned_count": evidence.returned, "confidence": score_confidence(evidence),
    }  # fmt: skip
    return row | changed


@given(evidences())
def test_the_parts_make_the_confidence_of_the_library(evidence: Evidence) -> None:
    found = split_confidence(row_of(evidence), evidence.main_wording)
    assert found
    assert abs(found.support * sum(part.points for part in found.parts) - score_confidence(evidence)) < 0.0011
    assert all(0 <= part.points <= part.most for part in found.parts)
    assert abs(found.parts[-1].points - 0.1 / (1 + evidence.half_years)) < 0.0011 / found.support


def test_a_confidence_of_another_formula_has_no_parts() -> None:
    evidence = Evidence(conversations=9, main_wording=9, imports=2, operators=1)
    assert split_confidence(row_of(evidence, confidence=0.99), 9) is None
    assert split_confidence(row_of(evidence, satisfied_count=None), 9) is None
