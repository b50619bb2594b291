"""Candidates of invented businesses, as many as asked for: what the library's speed is measured on.

Here: texts from lists of words, drawn by a seed, and the candidates and messages that they make. Not here: any
measurement (library_speed.py). The same numbers give the same candidates on every machine.

A business has its own things and its own ways to speak. Of its replies half hold values (names, times, amounts), one in
five is said in a second wording, and every reply follows a question about its thing.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from pls_pipeline.library import MessageText
from pls_pipeline.patterns import Candidate, EvidenceMessage, SlotValue, Variable, template_from_body

BEGIN = datetime(2025, 1, 6, 9)
_THINGS = """
apartment appliance appointment awning bag balcony bandage bathtub bicycle blanket boiler bracelet brake bridge bumper
cabin cable cake camera candle canoe carpet cartridge catalogue ceiling certificate chair charger chimney cleaning
clutch coat contract cottage counter cradle crown cupboard curtain cushion deposit dishwasher dress drill dryer engine
envelope exhaust fence filling filter fireplace flight flower frame freezer furnace garage garden gearbox glove graft
grill guitar haircut hallway harness headlight heater hedge helmet hinge hose implant insurance invoice jacket kayak
kennel keyboard kitchen ladder lamp lantern lawn leash lesson licence lift lock locker luggage massage mattress
membership microphone mirror mower necklace oven package paddle paint parcel passport pavement pedal permit piano
picture pillow pipe plaster pool porch printer projector prescription puncture radiator railing receipt refrigerator
reservation ring roof room saddle safe sauna scanner scarf screen seat shelf shower shutter signature sink skirt sofa
speaker spotlight stairs statement stove suitcase suit switch table tap tent terrace ticket tile toaster towel trailer
tree trolley tyre umbrella uniform vaccine van veneer verandah violin voucher wallpaper wardrobe warranty watch wheel
window wiper yacht
""".split()  # noqa: SIM905 - a word list reads better as text
_ACTS = """
adjust assemble balance book cancel change charge check clean collect confirm copy deliver dismantle dispatch dye empty
engrave examine exchange extend fasten fetch fit fold glue grease hang heat hem inspect install iron label level lend
load locate measure mend mount move order pack paint park polish pump refill refund register remove rent repair replace
reset restore rinse sand scan seal secure sell sharpen ship sign stain sterilise store strip tailor test tighten tow
transfer treat trim tune unblock unload unlock varnish wash weigh weld wrap
""".split()  # noqa: SIM905 - a word list reads better as text
_PLACES = (
    """
at the desk|in the workshop|at the back door|in the lobby|on the second floor|behind the counter|in the yard|at our
depot|in the office|next to the lift|under the stairs|in the waiting room|at the loading bay|across the street|in the
cellar|by the front gate
""".replace("\n", " ")
    .strip()
    .split("|")
)
_CONDITIONS = (
    """
before noon|after the holiday|once the part arrives|while you wait|when it is dry|if the weather holds|without a
fee|during the week|on the same day|as soon as the paper is signed|after closing|before the weekend|if a deposit is
paid|with a day of notice|under the guarantee|when our driver is back|if nobody else has asked|outside the season|for
members only|unless it rains
""".replace("\n", " ")
    .strip()
    .split("|")
)
_CLAUSES = (
    "we can {act} your {thing} {condition}",
    "I will {act} the {thing} today, it is {place}",
    "your {thing} stands {place}",
    "to {act} a {thing} costs {money}",
    "our team will {act} the {thing} at {time}",
    "nobody may {act} the {thing} {place}",
    "please bring the {thing} {place}",
    "it takes {number} hours to {act} this {thing}",
    "{name} knows how to {act} a {thing}",
    "there is a second {thing} {place}",
    "the {thing} has to be ready {condition}",
    "ask {name} for the {thing}",
    "every {thing} is {act} work {condition}",
    "the bill says {money} for your {thing}",
    "call us {condition} about that {thing}",
    "last week a {thing} was left {place}",
)
_BETWEEN = (". Then ", ", and ", "; otherwise ", ". Note that ", ", because ", ". In that case ", " while ", ", so ")
_COURTESIES = ("{}", "Hello! {}", "Thanks, {}", "{} Please just ask.")
_NAMES = ("Dana", "Robert", "Maria", "Chen", "Priya", "Omar", "Julia", "Peter", "Amara", "Luca")
_QUESTIONS = (
    "can you {act} my {thing}", "who will {act} the {thing} {condition}", "what about the {thing} {place}",
    "I need somebody to {act} a {thing}", "is it possible to {act} the {thing} {condition}",
)  # fmt: skip
_TYPES = {"name": ("customer_name", "person"), "money": ("amount", "money"), "time": ("time", "time"),
          "number": ("hours", "duration")}  # fmt: skip


@dataclass(frozen=True)
class Replies:
    """What a library is built from."""

    candidates: list[Candidate]
    messages: dict[str, MessageText]


def draw_replies(patterns: range, a_pattern: int, import_key: str, extractor: str = "openai") -> Replies:
    """Replies of these patterns, `a_pattern` of each, every one in a conversation of its own.

    A number of a pattern stands for the same reply in every call, so that imports may share patterns.
    """
    made = Replies([], {})
    for number in patterns:
        for place in range(a_pattern):
            body, spans, asked = _say(number, random.Random(f"{import_key} {number} {place}"))  # noqa: S311 - no secret
            key = f"{import_key}-{number}-{place}"
            values = tuple(SlotValue(_TYPES[kind][0], start, end) for kind, start, end in spans)
            made.candidates.append(
                Candidate(
                    candidate_id=f"cand_{key}",
                    import_key=import_key,
                    conversation_key=f"conversation_{key}",
                    category="general",
                    situation=asked,
                    response_template=template_from_body(body, values),
                    variables=tuple(Variable(*_TYPES[kind]) for kind, _, _ in spans),
                    evidence=(
                        EvidenceMessage("trigger", f"q-{key}", None, import_key, 2 * place + 1),
                        EvidenceMessage("response", f"r-{key}", None, import_key, 2 * place + 2, values),
                    ),
                    stated_confidence=None,
                    extractor=extractor,
                )
            )
            at = BEGIN + timedelta(minutes=number % 500_000, seconds=place)
            made.messages[f"q-{key}"] = MessageText(asked, at)
            made.messages[f"r-{key}"] = MessageText(body, at + timedelta(seconds=30), None, f"line {number % 7}")
    return made


def _say(number: int, chance: random.Random) -> tuple[str, list[tuple[str, int, int]], str]:
    """The body of a reply, its values as (kind, start, end), and the question before it."""
    fixed = random.Random(number)  # noqa: S311 - no secret
    words, clauses = {}, []
    for clause in fixed.sample(_CLAUSES, 3):
        words = {
            "thing": fixed.choice(_THINGS), "act": fixed.choice(_ACTS), "place": fixed.choice(_PLACES),
            "condition": fixed.choice(_CONDITIONS),
        }  # fmt: skip
        clauses.append(_fill_words(clause, words))
    frame = f"{clauses[0]}{fixed.choice(_BETWEEN)}{clauses[1]}{fixed.choice(_BETWEEN)}{clauses[2]}"
    frame = f"{frame[0].upper()}{frame[1:]}."
    if fixed.random() < 0.2:
        frame = chance.choice(_COURTESIES).format(frame)
    values = {
        "name": chance.choice(_NAMES), "money": f"${chance.randint(5, 95)}", "time": f"{chance.randint(1, 12)} pm",
        "number": str(chance.randint(2, 90)),
    }  # fmt: skip
    return *_fill(frame, values), chance.choice(_QUESTIONS).format(**words)


def _fill_words(clause: str, words: dict[str, str]) -> str:
    for field, word in words.items():
        clause = clause.replace(f"{{{field}}}", word)
    return clause


def _fill(frame: str, values: dict[str, str]) -> tuple[str, list[tuple[str, int, int]]]:
    text, spans = "", []
    for literal, field in _split(frame):
        text += literal
        if field in values:
            spans.append((field, len(text), len(text) + len(values[field])))
        text += values.get(field, "")
    return text, spans


def _split(frame: str) -> Iterator[tuple[str, str]]:
    for part in frame.split("{"):
        field, closed, literal = part.partition("}")
        if closed:
            yield "", field
            yield literal, ""
        else:
            yield part, ""
