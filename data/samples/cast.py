"""The people and values of Nightjar Golf: names, numbers, bays, times, codes.

Here: what may stand in place of a {value} of the texts. Not here: the texts (scenes.txt, replies.txt).
"""

import random
from datetime import datetime, timedelta

OWN_NUMBER = "+16035550100"
AREA_CODES = ("603", "978", "207", "802")
FIRST_NAMES = (
    *(
        "Mia",
        "Jordan",
        "Priyanka",
        "Luis",
        "Hannah",
        "Tom",
        "Aisha",
        "Derek",
        "Chloe",
        "Mateo",
        "Sam",
        "Ingrid",
        "Kwame",
    ),
    *(
        "Beth",
        "Noah",
        "Yuki",
        "Carlos",
        "Fiona",
        "Andre",
        "Wen",
        "Olga",
        "Pete",
        "Zoe",
        "Hassan",
        "Lily",
        "Grant",
        "José",
    ),
    *("Siobhán", "Marcus", "Tara", "Eli", "Rashid", "Nora", "Vince", "Amelie", "Dmitri", "Joanne", "Caleb", "Leilani"),
    *("Oscar", "Ruth", "Tariq", "Paula", "Gus"),
)
SURNAMES = (
    *(
        "Alvarez",
        "Becker",
        "Chen",
        "Doyle",
        "Egan",
        "Fournier",
        "Grady",
        "Haddad",
        "Ito",
        "Jansen",
        "Kowalski",
        "Larkin",
    ),
    *("Moreau", "Nolan", "Okafor", "Petrov", "Quinn", "Reyes", "Stone", "Tran", "Underwood", "Vasquez", "Whitfield"),
    *("Young", "Zimmerman", "O'Neil"),
)
ITEMS = ("hat", "golf glove", "putter", "jacket", "car key", "head cover", "watch", "rangefinder", "water bottle")
STARTS = (
    "07:00",
    "09:00",
    "10:00",
    "11:30",
    "13:00",
    "15:00",
    "16:30",
    "17:00",
    "18:00",
    "18:30",
    "19:00",
    "19:30",
    "20:00",
    "21:00",
)
RATE = 42


def operator_on_shift(local: datetime) -> str:
    """Return who answers at this local time."""
    if local.weekday() >= 5 and 8 <= local.hour < 22:
        return "Kit"
    return "Rosa" if 6 <= local.hour < 14 else "Priya" if 14 <= local.hour < 22 else "Theo"


def draw_values(
    chance: random.Random, name: str, surname: str, local: datetime, flags: dict[str, str]
) -> dict[str, str]:
    """Return the values of one episode that begins at the local time `local`; `flags` as in scenes.txt."""
    pick, number = chance.choice, chance.randint
    bay, other_bay = chance.sample(range(1, 7), 2)
    minutes = pick((10, 15, 20, 25, 30, 45))
    if "soon" in flags:
        start = _next_half_hour(local)
        end = start + timedelta(minutes=minutes)
    else:
        start = datetime.fromisoformat(f"2025-01-01T{pick(STARTS)}")
        end = start + timedelta(minutes=pick((60, 90, 120)))
    days_ahead = pick((1, 1, 2, 3, 4, 5, 6))
    group, event_hours = number(8, 20), number(2, 3)
    bays = -(-group // 6)
    return {
        "name": name,
        "surname": surname,
        "friend": pick(FIRST_NAMES),
        "surname2": pick(SURNAMES),
        "email": _email(name, surname),
        "bay": str(bay),
        "bay2": str(other_bay),
        "time": _clock(start),
        "time2": _clock(end),
        "time_before": _clock(start - timedelta(minutes=10)),
        "day": "tomorrow" if days_ahead == 1 else f"{local + timedelta(days=days_ahead):%A}",
        "date": _date(local + timedelta(days=number(6, 24))),
        "past_date": _date(local - timedelta(days=number(2, 20))),
        "league_date": "September 16",
        "code": str(number(1000, 9999)),
        "code2": str(number(1000, 9999)),
        "gift": f"NJG-{number(1000, 9999)}-{number(1000, 9999)}",
        "amount": str(pick((12, 18, 25, 33, 40, 50, 58, 75, 92, 100))),
        "charge": str(pick((32, 42, 64, 84, 129))),
        "minutes": str(minutes),
        "hours": pick(("1 hour", "90 minutes", "2 hours", "3 hours")),
        "people": str(number(2, 6)),
        "group": str(group),
        "bays": str(bays),
        "event_hours": str(event_hours),
        "quote": str(bays * event_hours * RATE),
        "left": str(number(2, 7)),
        "months": pick(("1 month", "2 months", "3 months")),
    }


def lower_dates(values: dict[str, str]) -> dict[str, str]:
    """Return the values with days and months in lower case, as people text them."""
    return values | {key: values[key].lower() for key in ("day", "date", "past_date", "league_date")}


def _next_half_hour(local: datetime) -> datetime:
    """The first half hour that is at least 15 minutes away."""
    hour = local.replace(minute=0, second=0, microsecond=0)
    return next(
        t for t in (hour + timedelta(minutes=30 * n) for n in range(1, 4)) if t - local >= timedelta(minutes=15)
    )


def _email(name: str, surname: str) -> str:
    return f"{name}.{surname}@example.com".lower().translate({ord("é"): "e", ord("á"): "a", ord("'"): None})


def _clock(at: datetime) -> str:
    return f"{at:%I:%M%p}".lstrip("0").replace(":00", "").lower()


def _date(at: datetime) -> str:
    return f"{at:%B} {at.day}"
