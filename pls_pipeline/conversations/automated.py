"""Texts that no person wrote: the rules by which a message is marked as automated.

Here: the rules as data, and the SQL that applies them. Not here: texts that only their number gives away
(broadcasts.py), or what a mark means for a conversation (grouping.py).
A rule asks for words by which the sender says that a machine writes, or for a form that only machines write. It leaves
alone what a person says too ("Thanks for your message", "We are closed on Mondays", "Your door code is 4821"): a false
mark takes a reply out of the library, a missed one leaves a candidate that a reviewer sees.
Patterns are RE2, applied without regard to case; `.` takes newlines too.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal

from pls_pipeline.text_rules import TextRule


@dataclass(frozen=True)
class AutomatedRule:
    """A form of automatic text: `reason` names it, `pattern` (RE2) finds it in the body of messages of `direction`."""

    reason: str
    pattern: str
    direction: Literal["incoming", "outgoing", "any"] = "any"


_NOTHING = r"[^\s\S]"
_CODE = r"(one[- ]time|verif(y|ication)|authenti(fi)?cation|authori[sz]ation|two[- ]factor|2fa|(log|sign)[- ]?in)"
_DIGITS = r"[0-9][0-9 -]{2,8}[0-9]"

# Sources. auto_reply, closed, missed_call: what OpenPhone (Quo) and phone systems like it send by themselves.
# opt_out_word: the carriers' list (CTIA Messaging Principles and Best Practices, opt-out) without CANCEL and END, and
# without HELP, START and YES, which customers also say in earnest. opt_out_notice, code: the forms that the same
# principles and the registration rules for bulk senders (A2P 10DLC) ask for.
AUTOMATED_RULES: tuple[AutomatedRule, ...] = (
    AutomatedRule("auto_reply", r"\[auto(mated|matic)?([ -]?(response|reply|message|text))?\]"),
    AutomatedRule("auto_reply", r"^\s*🤖"),
    AutomatedRule("auto_reply", r"\bauto[- ]?(reply|response|responder)\b"),
    AutomatedRule(
        "auto_reply",
        r"\bautomat(ed|ic) (text |sms )?(reply|response|message|reminder|notification|text|sms)\b",
        "outgoing",
    ),
    AutomatedRule("unmonitored", r"\b(number|inbox|line|mailbox) (is not|isn['’]t) monitored\b", "outgoing"),
    AutomatedRule("unmonitored", r"\bdo( not|n['’]t) (reply|respond) to this (message|text|number|sms)\b", "outgoing"),
    AutomatedRule(
        "closed",
        r"\bwe( are|['’]re) (currently (closed|away)|(closed|away) (right now|at (the|this) (moment|time)))\b"
        r".{0,200}\b(reply|respond|get back to you|return your|be in touch)\b",
        "outgoing",
    ),
    AutomatedRule("missed_call", r"\byou (have |['’]ve |just )?missed a call from\b", "outgoing"),
    AutomatedRule("opt_out_notice", r"\b(reply|text|send) ['\"“]?stop['\"”]? to\b"),
    AutomatedRule("opt_out_notice", r"\b(msg|message) ?(&|and) ?data rates\b"),
    AutomatedRule(
        "opt_out_notice", r"\byou( have|['’]ve| are|['’]re) (been |now )?(successfully )?(unsubscribed|opted[- ]out)\b"
    ),
    AutomatedRule("code", rf"\b{_CODE} (pass)?(code|pin)\b.{{0,40}}\b{_DIGITS}\b"),
    AutomatedRule("code", rf"\b{_DIGITS} is your\b.{{0,40}}\b{_CODE} (pass)?(code|pin)\b"),
    AutomatedRule("opt_out_word", r"^\W*(stop|stop ?all|unstop|unsubscribe|opt[- ]?out|quit|revoke)\W*$", "incoming"),
)


def choose_rules(reasons: Collection[str], added: Sequence[TextRule]) -> tuple[AutomatedRule, ...]:
    """The rules above whose reason is one of `reasons`, then those that a person added."""
    chosen = tuple(rule for rule in AUTOMATED_RULES if rule.reason in reasons)
    return (*chosen, *(AutomatedRule(rule.reason, rule.pattern) for rule in added))


def reason_expression(rules: Sequence[AutomatedRule]) -> tuple[str, dict[str, str]]:
    """An SQL expression over `body` and `direction`: the reason of the first rule that finds the body, else NULL.

    Returned with the values of its parameters. The patterns of a direction are one alternation, so that a body is read
    once; which of them it was is asked only of the few that it finds.
    """
    branches: dict[str, str] = {}
    parameters: dict[str, str] = {}
    for direction in ("incoming", "outgoing"):
        patterns: dict[str, list[str]] = {}
        for rule in rules:
            if rule.direction in (direction, "any"):
                patterns.setdefault(rule.reason, []).append(f"(?:{rule.pattern})")
        name = f"automated_{direction}"
        parameters[name] = "|".join(pattern for found in patterns.values() for pattern in found) or _NOTHING
        for number, (reason, found) in enumerate(patterns.items()):
            parameters[f"{name}_{number}"], parameters[f"{name}_{number}_reason"] = "|".join(found), reason
        whens = "".join(
            f" WHEN regexp_matches(body, ${name}_{number}, 'is') THEN ${name}_{number}_reason"
            for number in range(len(patterns))
        )
        which = f"CASE{whens} END" if whens else "CAST(NULL AS VARCHAR)"
        branches[direction] = f"CASE WHEN regexp_matches(body, ${name}, 'is') THEN {which} END"
    return f"CASE WHEN direction = 'outgoing' THEN {branches['outgoing']} ELSE {branches['incoming']} END", parameters
