"""Which category an exchange belongs to, by the words in it.

Here: the words of the default categories (facts of the trade: an unstaffed business that lets bays, sells gift cards
and memberships) and the vote. A category of the settings that is not listed here is known by the words of its own name.
Not here: which categories there are (settings.py).
"""

import re
from collections.abc import Sequence

# Beginnings of words. Two words are a phrase.
_WORDS_OF = {
    "booking": "book|reserv|cancel|reschedul|appointment|slot|availab|schedule|viewing|table for|check in|extend",
    "tech_issue": "froz|freez|unfreez|screen|projector|reset|reboot|restart|crash|not working|isn't working|won't|"
    "glitch|error|stuck|blank|sensor|computer|software|internet|wifi|wi-fi|sound|remote|broken|calibrat|not register",
    "access": "door|code|lock|unlock|key|entry|enter|get in|let me in|access|gate|pin|locked out|keypad",
    "faq": "do you|can we|can i|allowed|bring|food|drink|alcohol|parking|kids|children|rental|clubs|how many|how do|"
    "where are|located|address|price|cost|how much|rate|policy|refund",
    "gift_cards": "gift card|gift cert|giftcard|voucher|gift",
    "hours": "you open|we're open|we are open|open on|open until|open till|open late|open today|open tomorrow|open 24|"
    "opening|closing|you close|we close|never close|closed|holiday|24/7|24 hours a|your hours|hours today|what hours|"
    "what time do|labor day|christmas|thanksgiving|new year",
    "membership": "member|subscri|monthly plan|join|billing|renew|plan",
}


class CategoryWords:
    """The words of the categories in force."""

    def __init__(self, categories: Sequence[str]) -> None:
        self._fallback = categories[-1]
        self._patterns = {
            category: re.compile(
                r"\b(?:" + "|".join(re.escape(word) for word in _words_of(category)) + ")", re.IGNORECASE
            )
            for category in categories[:-1]
        }

    def categorise(self, situation: str, reply: str) -> str:
        """The category with most distinct words in the exchange, the customer's words counted twice.

        The earlier category in the settings wins a tie; without any word it is the last category.
        """
        scores = {
            category: 2 * len(_distinct(pattern, situation)) + len(_distinct(pattern, reply))
            for category, pattern in self._patterns.items()
        }
        best = max(scores, key=lambda category: scores[category], default=self._fallback)
        return best if scores.get(best) else self._fallback


def _words_of(category: str) -> list[str]:
    return _WORDS_OF[category].split("|") if category in _WORDS_OF else category.replace("-", "_").split("_")


def _distinct(pattern: re.Pattern[str], text: str) -> set[str]:
    return {match.casefold() for match in pattern.findall(text)}
