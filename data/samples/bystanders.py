"""Threads that no scene brings: a group text, robots, people who get no answer, an offer to many.

Here: what an import must set apart or keep without making a pattern of it. Not here: the scenes (studio.py).
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from cast import OWN_NUMBER
from studio import LOCAL_TIME, Message, Studio, Thread

OFFER = "Nightjar Golf: early birds play for half price, weekdays 5am to 9am in {month}. Reply STOP to opt out."
UNANSWERED = (
    ("Anonymous", ("fyi the side door is propped open with a shoe",)),
    (
        "+16175550142",
        ("Kevin from FastPay here, do you have 5 minutes to talk about your card terminal?", "Hi, just following up"),
    ),
    ("+16175550143", ("Your parcel is waiting. Confirm your address at parcel-desk.example/8841",)),
    ("+16175550144", ("",)),
    ("+16175550145", ("mom when do you pick me up",)),
)


def play_bystanders(studio: Studio, customers: Sequence[Thread]) -> Iterator[Message]:
    """Yield all messages outside the scenes."""
    yield from _group_text(studio)
    yield from _robots(studio)
    yield from _unanswered(studio)
    yield from _offers(studio, customers)


def _group_text(studio: Studio) -> Iterator[Message]:
    first, second = "+14135550121", "+14135550134"
    conversation, at = studio.make_id("CN"), datetime.fromisoformat("2025-08-27T22:14:05.120")
    spoken = (
        (first, second, "hi me and rob are both on this. we have bay 4 friday at 7pm, can we make it 3 hours"),
        (OWN_NUMBER, None, "Hi you two! Bay 4 is free after you, so I made it 3 hours: Friday 7pm to 10pm."),
        (second, first, "sweet, im driving"),
        (first, second, "👍"),
    )
    for sender, other, body in spoken:
        at += timedelta(seconds=studio.chance.randint(30, 200))
        recipients = f"{OWN_NUMBER},{other}" if other else f"{first},{second}"
        yield Message(studio.make_id("AC"), conversation, body, recipients, sender, at)


def _robots(studio: Studio) -> Iterator[Message]:
    """Bay alarms, and the lock that gives the staff's phone a code; both ids begin as automated ones do."""
    alarms = Thread(studio.make_id("CN6cc5c67b4"), "+16175550190")
    lock = Thread(studio.make_id("CN2cc08d4c"), "+16175550191")
    for day in range(2, 60, 3):
        at = datetime.fromisoformat("2025-08-01") + timedelta(days=day, seconds=studio.chance.randrange(86_000))
        body = f"[Bay monitor] Bay {studio.chance.randint(1, 6)} has not answered since {at + LOCAL_TIME:%H:%M}"
        yield studio.write(alarms, alarms.number, body, at)
        if day % 2:
            code = studio.chance.randint(1000, 9999)
            yield studio.write(lock, lock.number, "CODE", at)
            yield studio.write(lock, OWN_NUMBER, f"Staff code for the next hour: {code}#", at + timedelta(seconds=1))


def _unanswered(studio: Studio) -> Iterator[Message]:
    at = datetime.fromisoformat("2025-08-03T15:02:11.048")
    for number, bodies in UNANSWERED:
        thread = Thread(studio.make_id("CN"), number)
        for body in bodies:
            at += timedelta(days=studio.chance.randint(3, 12), seconds=studio.chance.randrange(20_000))
            yield studio.write(thread, number, body, at)


def _offers(studio: Studio, customers: Sequence[Thread]) -> Iterator[Message]:
    """Yield an offer to nine customers in each month; one of them leaves."""
    for month, day in (("August", "2025-08-04T14:00"), ("September", "2025-09-02T14:00")):
        receivers = studio.chance.sample(customers, 9)
        for position, thread in enumerate(receivers):
            at = datetime.fromisoformat(day) + timedelta(milliseconds=1700 * position)
            yield studio.write(thread, OWN_NUMBER, OFFER.format(month=month), at)
        if month == "September":
            yield studio.write(receivers[4], receivers[4].number, "STOP", at + timedelta(minutes=3))
