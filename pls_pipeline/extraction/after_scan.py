"""Personal values that are left in a reply once its values are known, with the embedded extractor.

Here: the search of what would be the literal text of a template, and the values with those that it found. Not here: how
they are recognised (entities/), the same search of a model's template (verification.py), which follows the same rule: a
hit becomes a variable, and what still stands in the template then has the candidate rejected as `personal_data`.
"""

from collections.abc import Sequence

from pls_pipeline.entities import Entity, Examiner

_BLANK = "\N{WHITE SQUARE}"
_MOST_SEARCHES = 3


class PersonalDataLeftError(ValueError):
    """A personal value stands in the literal text, and no variable could take it; the message names its types alone."""


def free_left_values(body: str, values: Sequence[Entity], examiner: Examiner) -> tuple[Entity, ...]:
    """The values, and a further one for each personal value in the text between them: sorted, not overlapping.

    A personal value that reaches over values of `values` takes their place. Raises PersonalDataLeftError where the
    third search finds one still.
    """
    found = tuple(values)
    for _ in range(_MOST_SEARCHES):
        left = _find_left(body, found, examiner)
        if not left:
            return found
        kept = [value for value in found if all(value.end <= e.start or e.end <= value.start for e in left)]
        found = tuple(sorted((*kept, *left), key=lambda value: value.start))
    left = _find_left(body, found, examiner)
    if left:
        types = ", ".join(sorted({entity.type for entity in left}))
        raise PersonalDataLeftError(f"the template holds a personal value: {types}")
    return found


def _find_left(body: str, values: Sequence[Entity], examiner: Examiner) -> list[Entity]:
    """Personal values of the body with one blank in place of each value; places are those of the body."""
    parts: list[str] = []
    places: list[int] = []
    position = 0
    for value in values:
        parts += [body[position : value.start], _BLANK]
        places += [*range(position, value.start), value.start]
        position = value.end
    parts.append(body[position:])
    places += range(position, len(body))
    ends = {value.start: value.end for value in values}
    left = []
    for entity in examiner.examine("".join(parts)).entities:
        start, last = places[entity.start], places[entity.end - 1]
        end = ends.get(last, last + 1)
        left.append(entity._replace(start=start, end=end, text=body[start:end]))
    return left
