"""The grammar of templates, and records that survive their rows."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pls_pipeline.patterns import (
    Candidate,
    EvidenceMessage,
    Literal,
    MalformedTemplateError,
    Segment,
    Slot,
    SlotValue,
    Variable,
    parse_template,
    render_template,
    template_from_body,
    used_variables,
    validate_template,
    write_template,
)

TEXT = st.text(alphabet="{}\\ab é\n", min_size=1, max_size=6)
SEGMENTS = st.lists(st.one_of(TEXT.map(Literal), st.sampled_from(["a", "bay_2"]).map(Slot)), max_size=8)


def _joined(segments: list[Segment]) -> list[Segment]:
    joined: list[Segment] = []
    for segment in segments:
        if joined and isinstance(segment, Literal) and isinstance(joined[-1], Literal):
            joined[-1] = Literal(joined[-1].text + segment.text)
        else:
            joined.append(segment)
    return joined


@given(SEGMENTS)
def test_what_is_written_is_read_back(segments: list[Segment]) -> None:
    assert list(parse_template(write_template(segments))) == _joined(segments)


@given(st.text(alphabet="{}\\ab =<\n", max_size=30), st.data())
def test_a_template_of_a_body_renders_to_the_body(body: str, data: st.DataObject) -> None:
    cuts = sorted(data.draw(st.sets(st.integers(0, len(body)), max_size=6)))
    spans = [SlotValue(f"v{i}", a, b) for i, (a, b) in enumerate(zip(cuts[::2], cuts[1::2], strict=False))]
    template = template_from_body(body, spans)
    values = {span.name: body[span.start : span.end] for span in spans}
    assert render_template(template, values) == body
    assert used_variables(template) == tuple(values)


@pytest.mark.parametrize("template", ["{{Bay}}", "{{bay", "{{ bay }}", "{{}}", "{{9a}}"])
def test_braces_that_begin_no_variable_are_refused(template: str) -> None:
    with pytest.raises(MalformedTemplateError):
        parse_template(template)


@pytest.mark.parametrize(
    ("template", "names"), [("bay {{bay}}", []), ("bay", ["bay"]), ("{{bay}}", ["bay", "bay"]), ("  ", [])]
)
def test_declared_variables_are_used_variables(template: str, names: list[str]) -> None:
    with pytest.raises(MalformedTemplateError):
        validate_template(template, [Variable(name) for name in names])


def test_a_candidate_survives_its_row() -> None:
    evidence = (
        EvidenceMessage("trigger", "k1", None, "one", 1),
        EvidenceMessage("response", "k2", "AC2", "one", 2, (SlotValue("bay_number", 4, 5),)),
    )
    candidate = Candidate(
        "cand_1", "one", "c1", "access", "bay 3?", "bay {{bay_number}}", (Variable("bay_number", "unit_number"),),
        evidence, None, "embedded",
    )  # fmt: skip
    assert Candidate.from_row(candidate.to_row()) == candidate
    assert candidate.responses == (evidence[1],)
