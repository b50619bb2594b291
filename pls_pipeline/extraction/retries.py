"""When a request to the model is worth repeating, and after how long.

Here: pure rules over a status, headers and the number of attempts. Not here: the requests; model_client.py is the one
place that repeats them.
"""

import email.utils
import math
from collections.abc import Mapping
from datetime import UTC, datetime

FIRST_DELAY_SECONDS = 0.5
LONGEST_DELAY_SECONDS = 20.0
LONGEST_RETRY_AFTER_SECONDS = 120.0
_TRANSIENT_STATUSES = frozenset({408, 409, 425, 429})


def is_transient(status: int, headers: Mapping[str, str]) -> bool:
    """Whether a response with this status may become a good one by itself.

    `x-should-retry` is what the provider's own clients go by; where it stands, it decides.
    """
    told = headers.get("x-should-retry")
    if told in ("true", "false"):
        return told == "true"
    return status in _TRANSIENT_STATUSES or status >= 500


def read_retry_after(headers: Mapping[str, str], now: datetime) -> float | None:
    """Seconds that the server asks to wait (RFC 9110, 10.2.3: seconds or a date; `retry-after-ms` where it stands).

    None where it does not ask, or what it asks cannot be read. `now` is an aware time.
    """
    for name, unit in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        try:
            seconds = float(headers.get(name, "")) * unit
        except ValueError:
            continue
        return seconds if math.isfinite(seconds) and seconds >= 0 else None
    try:
        moment = email.utils.parsedate_to_datetime(headers.get("retry-after", ""))
    except (ValueError, OverflowError):
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (moment - now).total_seconds())


def choose_delay(attempt: int, asked: float | None, chance: float) -> float:
    """Seconds before the next attempt.

    `attempt` counts those made, from 1; `asked` is the server's wish; `chance`, from 0 to 1, spreads requests that
    failed at the same moment. What the server asks is a minimum, so there `chance` only adds.
    """
    backoff = float(min(LONGEST_DELAY_SECONDS, FIRST_DELAY_SECONDS * 2.0 ** min(attempt - 1, 30)))
    if asked is not None:
        return asked + chance * min(FIRST_DELAY_SECONDS, backoff)
    return backoff * (0.5 + chance / 2)
