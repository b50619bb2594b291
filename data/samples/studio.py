"""Play the scenes: deal them to customers, give them moments and values, and bring out messages.

Here: who texts when. Not here: texts (screenplay.py), values (cast.py), threads outside the scenes (bystanders.py), the
files (make_samples.py). All chance comes from one seeded generator, so the same texts give the same messages.
"""

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise

from cast import AREA_CODES, FIRST_NAMES, ITEMS, OWN_NUMBER, SURNAMES, draw_values, lower_dates, operator_on_shift
from screenplay import Line, Replies, Scene, read_replies, read_scenes

LOCAL_TIME = timedelta(hours=-4)  # New Hampshire in summer
THREADS = 178
WHOLE_TIME = "08-01..09-29"
NIGHT = (22, 23, 0, 1, 2, 3)
BUSY = (5, 3, 2, 1, 1, 2, 3, 4, 5, 6, 7, 7, 7, 6, 6, 6, 8, 10, 12, 13, 13, 12, 10, 8)  # share of episodes by local hour
AUTOMATIC_REPLIES = (
    "[Automated Response] Thanks for texting Nightjar Golf! Someone will answer you in a few minutes.",
    "🤖 We're with other guests right now and will get back to you shortly.",
)


@dataclass(frozen=True)
class Message:
    """One message; `at` is UTC, `recipients` are comma-joined as in the export."""

    id: str
    conversation: str
    body: str
    recipients: str
    sender: str
    at: datetime
    has_sent_at: bool = False

    @property
    def direction(self) -> str:
        """Return the export's word for it."""
        return "outgoing" if self.sender == OWN_NUMBER else "incoming"


@dataclass
class Thread:
    """All that one customer and the business text each other."""

    conversation: str
    number: str
    name: str = ""
    surname: str = ""
    episodes: list[Scene] = field(default_factory=list)


class Studio:
    """Plays scenes into messages."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)  # noqa: S311 - samples, not secrets
        self.replies: Replies = read_replies()
        self._decks: dict[tuple[str, ...], list[str]] = {}

    def cast_threads(self) -> list[Thread]:
        """Return the customers with the scenes that each of them plays; a scene for new customers comes first."""
        numbers = [f"+1{area}55501{n:02}" for area in AREA_CODES for n in range(1, 100)]
        threads = [
            Thread(self.make_id("CN"), number, self.chance.choice(FIRST_NAMES), self.chance.choice(SURNAMES))
            for number in self.chance.sample(numbers, THREADS)
        ]
        episodes = [scene for scene in read_scenes() for _ in range(scene.times)]
        self.chance.shuffle(episodes)
        episodes.sort(key=lambda scene: "first" not in scene.flags)
        for thread, scene in zip(threads, episodes, strict=False):
            thread.episodes.append(scene)
        for scene in episodes[THREADS:]:
            others = [t for t in threads if len(t.episodes) < 4 and scene not in t.episodes]
            self.chance.choice(others).episodes.append(scene)
        return threads

    def play_thread(self, thread: Thread) -> Iterator[Message]:
        """Play the thread's episodes on days that lie apart; those without dates of their own in the order dealt."""
        days = self._draw_days(thread.episodes)
        while any(later - earlier < timedelta(days=2) for earlier, later in pairwise(sorted(days))):
            days = self._draw_days(thread.episodes)
        paired = list(zip(days, thread.episodes, strict=True))
        undated = iter(sorted(day for day, scene in paired if "dates" not in scene.flags))
        for day, scene in paired:
            yield from self._play(scene, thread, self._moment(scene, day if "dates" in scene.flags else next(undated)))

    def write(self, thread: Thread, sender: str, body: str, at: datetime) -> Message:
        """Return a message between the thread's number and the business."""
        recipient = thread.number if sender == OWN_NUMBER else OWN_NUMBER
        at = at.replace(microsecond=at.microsecond // 1000 * 1000)
        return Message(
            self.make_id("AC"),
            thread.conversation,
            body,
            recipient,
            sender,
            at,
            has_sent_at=self.chance.random() < 0.06,
        )

    def make_id(self, prefix: str) -> str:
        """Return an id of 34 characters that begins with `prefix`."""
        return prefix + f"{self.chance.getrandbits(128):032x}"[: 34 - len(prefix)]

    def _draw_days(self, scenes: list[Scene]) -> list[datetime]:
        days = []
        for scene in scenes:
            first, last = (
                datetime.fromisoformat(f"2025-{day}") for day in scene.flags.get("dates", WHOLE_TIME).split("..")
            )
            days.append(first + timedelta(days=self.chance.randrange((last - first).days + 1)))
        return days

    def _moment(self, scene: Scene, day: datetime) -> datetime:
        """A moment of that local day when such a scene happens, in UTC."""
        if "at" in scene.flags:
            return datetime.fromisoformat(scene.flags["at"])
        hours = NIGHT if "night" in scene.flags else tuple(range(24))
        hour = self.chance.choices(hours, [BUSY[h] for h in hours])[0]
        return day + timedelta(hours=hour, milliseconds=self.chance.randrange(3_600_000)) - LOCAL_TIME

    def _play(self, scene: Scene, thread: Thread, at: datetime) -> Iterator[Message]:
        values = draw_values(self.chance, thread.name, thread.surname, at + LOCAL_TIME, scene.flags)
        if scene.name.startswith("lost"):
            values["item"] = self._next_text(ITEMS, ITEMS)
        gets_automatic_reply = self.chance.random() < 0.1
        spoken = [line for line in scene.lines if line.who != "C?" or self.chance.random() < 2 / 3]
        operator = ""
        for position, line in enumerate(spoken):
            if position:
                at += self._pause(spoken[position - 1], line)
            if line.is_incoming:
                yield self.write(thread, thread.number, self._customer_text(scene, line, values), at)
            else:
                operator = scene.flags.get("operator") or operator_on_shift(at + LOCAL_TIME)
                body = self._operator_text(line, operator)
                yield self.write(
                    thread, OWN_NUMBER, body.format_map(lower_dates(values) if operator == "Theo" else values), at
                )
            if gets_automatic_reply and not position:
                yield self.write(thread, OWN_NUMBER, self.chance.choice(AUTOMATIC_REPLIES), at + timedelta(seconds=2))
        if operator == "Priya" and not spoken[-1].is_incoming and self.chance.random() < 0.08:
            at += timedelta(seconds=self.chance.randint(20, 90))
            yield self.write(thread, OWN_NUMBER, "Anything else I can do for you?", at)

    def _pause(self, before: Line, now: Line) -> timedelta:
        """Both sides answer within minutes; a second message in a row comes quickly."""
        if before.is_incoming == now.is_incoming:
            low, high = 8, 40
        else:
            low, high = (20, 500) if now.is_incoming else (25, 260)
        return timedelta(milliseconds=self.chance.randrange(low * 1000, high * 1000))

    def _customer_text(self, scene: Scene, line: Line, values: Mapping[str, str]) -> str:
        loose = lower_dates(dict(values))
        if self.chance.random() < 0.3:
            loose["time"] = loose["time"].replace("pm", " pm").replace("am", " am")
        if self.chance.random() < 0.4:
            loose |= {key: loose[key].lower() for key in ("name", "surname", "friend", "surname2")}
        text = self._next_text((scene.name, *line.texts), line.texts).format_map(loose)
        return "" if text == "[photo]" else text

    def _operator_text(self, line: Line, operator: str) -> str:
        """The saved reply, the operator's own words, or, from Priya and Kit, a rewording that nobody sends again."""
        if line.who == "O!":
            return self._next_text(line.texts, line.texts)
        topic, voice = line.texts[0], operator.lower()
        voices = self.replies[topic]
        if voices.get("once") and operator in {"Priya", "Kit"} and self.chance.random() < 0.3:
            return voices["once"].pop(0)
        texts = voices.get(voice, voices["saved"])
        return self._next_text((topic, *texts), tuple(texts))

    def _next_text(self, deck: tuple[str, ...], texts: tuple[str, ...]) -> str:
        """The next text of a shuffled deck, so that none comes again before all have come."""
        if not self._decks.get(deck):
            self._decks[deck] = self.chance.sample(texts, len(texts))
        return self._decks[deck].pop()
