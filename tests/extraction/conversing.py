"""A conversation from lines: `> ` customer, `< ` operator, `<old ` operator in an earlier import, `<auto `
automated."""

from datetime import datetime, timedelta

from pls_pipeline.conversations import Conversation, ConversationMessage

OWN, CUSTOMER = "+19025550100", "+19025550142"
START = datetime(2025, 9, 2, 12)


def conversation(*lines: str, key: str = "talk", import_key: str = "one") -> Conversation:
    messages = tuple(_message(number, line, key, import_key) for number, line in enumerate(lines, 1))
    return Conversation(
        conversation_key=key,
        import_key=import_key,
        conversation_id="CN1",
        own_number=OWN,
        participants=(CUSTOMER,),
        started_at=messages[0].occurred_at,
        ended_at=messages[-1].occurred_at,
        status="eligible",
        fingerprint=f"print of {key}",
        messages=messages,
    )


def _message(number: int, line: str, key: str, import_key: str) -> ConversationMessage:
    mark, body = line.split(" ", 1)
    outgoing = mark.startswith("<")
    return ConversationMessage(
        message_key=f"{key}:{number}",
        message_id=f"AC{key}{number}",
        import_key="earlier" if mark == "<old" else import_key,
        row_number=number,
        occurred_at=START + timedelta(minutes=number),
        direction="outgoing" if outgoing else "incoming",
        sender=OWN if outgoing else CUSTOMER,
        body=body,
        is_new=mark != "<old",
        is_automated=mark == "<auto",
    )
