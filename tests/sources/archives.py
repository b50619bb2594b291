"""Archives and lists of an account, for tests."""

import io
import zipfile
from collections.abc import Mapping

HEADER = "id,conversationId,body,sentAt,to,from,direction,createdAt\n"
CONTACTS = (
    "id,userId,firstName,lastName,company,sharedWith,phone_number_1,phone_number_label_1,phone_number_2,email_1\n"
    'CT1,US1,Anne,Tran,"Acme, Inc.",organization,+1 902-234-5678,mobile,(416) 555-0101,anne@example.com\n'
)
USERS = "id,email,firstName,lastName,role,status\nUS1,dana@example.com,Dana,Reyes,owner,active\n"
NUMBERS = "id,number,sid,entityId,name\nPN1,+16037891234,PN9,US1,Main line\n"
CALLS = "id,conversationId,duration,to,from,direction,createdAt\nCL1,CN1,12,+16037891234,+19022345678,incoming,x\n"


def row(number: int, body: str = "Hi, is bay 3 free?", direction: str = "incoming") -> str:
    """One message of the customer Anne, `number` minutes after noon."""
    ours, anne = "+16037891234", "+19022345678"
    to, sender = (ours, anne) if direction == "incoming" else (anne, ours)
    return f'AC{number},CN1,"{body}",,{to},{sender},{direction},2025-09-02T12:{number:02}:00.000Z\n'


def archive(files: Mapping[str, str | bytes]) -> bytes:
    """A zip with these files."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, content in files.items():
            info = zipfile.ZipInfo("x", (2025, 9, 2, 12, 0, 0))
            info.filename, info.compress_type = name, zipfile.ZIP_DEFLATED
            opened.writestr(info, content)
    return buffer.getvalue()


def account(messages: str, folder: str = "") -> bytes:
    """The account's own archive."""
    lists = {
        "calls": CALLS,
        "contacts": CONTACTS,
        "messages": HEADER + messages,
        "phone_numbers": NUMBERS,
        "users": USERS,
    }
    return archive({f"{folder}OR1_{name}.csv": text for name, text in lists.items()})
