"""Whether one of the templates that a model claims is well formed, declares what it uses, and is what the reply says.

Here: the template and the values of one claim. Not here: who says the cited messages (citations.py), personal values
and the candidate (verification.py), the comparison of texts (alignment.py).
"""

import re
from collections.abc import Sequence

from pls_pipeline.extraction.alignment import TemplateDiffersError, align_template
from pls_pipeline.extraction.answer import VariableAnswer
from pls_pipeline.extraction.citations import RejectedPatternError, check_values
from pls_pipeline.extraction.claims import Claim
from pls_pipeline.extraction.transcript import TranscriptMessage, TranscriptPart
from pls_pipeline.patterns import (
    Literal,
    MalformedTemplateError,
    Segment,
    SlotValue,
    parse_template,
    used_variables,
    write_template,
)

LONGEST_TEMPLATE = 2_000
DETAILS = {
    "reply_differs": "the template with its values is not what the cited messages say",
    "known_pattern_differs": "the known pattern with these values is not what the cited messages say: write it anew",
    "empty_value": "a variable has no value",
    "value_across_messages": "a value reaches from one message into the next",
    "placeholder_cut": "a value is a part of a masked value",
}
_WORD = re.compile(r"[^\W\d_]{2,}")


def find_template(
    claim: Claim, variables: Sequence[VariableAnswer], replies: Sequence[TranscriptMessage], part: TranscriptPart
) -> tuple[str, tuple[tuple[SlotValue, ...], ...]]:
    """Return the template of a claim that is what the replies say, and where its values stand in each of them.

    Raises RejectedPatternError, for the first of the templates, where none is.
    """
    faults: list[RejectedPatternError] = []
    values = {variable.name: variable.value for variable in variables}
    for written in claim.templates:
        try:
            segments = _parse(written)
            _check_declarations(written, variables)
            check_values(variables, part)
            spans = align_template(segments, values, [reply.masked for reply in replies])
        except TemplateDiffersError as fault:
            reason = claim.differs if fault.reason == "reply_differs" else fault.reason
            faults.append(RejectedPatternError(reason, DETAILS[reason]))
        except RejectedPatternError as fault:
            faults.append(fault)
        else:
            return write_template(segments), spans
    raise faults[0]


def _parse(template: str) -> tuple[Segment, ...]:
    """Return the segments of a template, without space at its ends."""
    if len(template) > LONGEST_TEMPLATE:
        raise RejectedPatternError("template_too_long", f"the template has {len(template)} characters")
    try:
        segments = parse_template(template.strip())
    except MalformedTemplateError:
        raise RejectedPatternError("malformed_template", "a {{ begins no {{snake_case_name}}") from None
    if not any(isinstance(segment, Literal) and _WORD.search(segment.text) for segment in segments):
        raise RejectedPatternError("nothing_fixed", "the template has no word that stays the same")
    return segments


def _check_declarations(template: str, variables: Sequence[VariableAnswer]) -> None:
    declared, used = [variable.name for variable in variables], set(used_variables(template))
    if len(declared) != len(set(declared)):
        raise RejectedPatternError("duplicate_variable", "a variable is declared twice")
    if used - set(declared):
        raise RejectedPatternError("undeclared_variable", "the template uses a variable that is not declared")
    if set(declared) - used:
        raise RejectedPatternError("unused_variable", "a declared variable does not stand in the template")
