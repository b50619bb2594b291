"""Exports in which one customer is to be forgotten: his thread, a group, others who name him, rows that broke.

Here: files, and what must not be found of him afterwards.
"""

import gzip
from pathlib import Path

from tests.made_exports import OURS, resets, talk, write_export
from tests.sources.archives import archive

NUMBER = "+1 902-555-0001"
NATIONAL = "9025550001"
SECOND = "4165550177"
EMAIL = "quillon@ferrabee.example"
SPOKEN = "nine oh two, triple five, oh oh oh one"
# What only he said or was told.
TEXTS = (
    SPOKEN, "Quillon", "Ferrabee",
    "purple heron", "walrus lamp", "teal otter", "brass kettle", "violet lynx", "amber newt",
)  # fmt: skip

_ALONE = talk(
    1,
    "Where do I bring the teal otter coupon? Quillon here",
    "Please bring the purple heron voucher to desk nine.",
    "And the walrus lamp?",
    "Please bring the purple heron voucher to desk nine.",
    "The screen in bay 1 is frozen",
    "Sorry about that! I just restarted bay 1.",
)


def _line(key: str, thread: str, body: str, to: str, sender: str, minute: int, direction: str = "incoming") -> str:
    return f'{key},{thread},"{body}",,"{to}",{sender},{direction},2025-09-20T12:{minute:02}:00.000Z\n'


def write_exports(folder: Path) -> dict[str, Path]:
    """`march.csv`, `april.zip` (the account's archive), `may.csv.gz`: each later one repeats rows of an earlier one."""
    march = write_export(folder / "march.csv", [*resets(2, 3), *_ALONE, *resets(4)])
    with march.open("a", encoding="utf-8") as file:
        file.write(_line("AG1", "CNGROUP", "brass kettle for all", f"{OURS},+19025550003", "+19025550001", 1))
        file.write(_line("AG2", "CNGROUP", "hello from three", OURS, "+19025550003", 2))
        file.write(_line("AG3", "CNGROUP", "Both of you are welcome", "+19025550001,+19025550003", OURS, 3, "outgoing"))
        file.write(_line("AM1", "CN00000003", "my brother is\n(902) 555 0001", OURS, "+19025550003", 4))
        file.write("AX1,CN00000001,violet lynx,1.902.555.0001\n")
        # A spreadsheet took the number away; the thread is his.
        file.write(_line("AL1", "CN00000001", "amber newt", OURS, "1.9E+10", 6))
    again = write_export(folder / "messages.csv", [*_ALONE, *resets(5), *talk(7, "mail " + EMAIL)])
    contacts = (
        "id,userId,firstName,lastName,company,phone_number_1,phone_number_2,email_1\n"
        f"CT1,US1,Quillon,Ferrabee,,{NUMBER},(416) 555-0177,{EMAIL}\nCT2,US1,Odile,Marsh,,+19025550003,,\n"
    )
    calls = f"id,conversationId,duration,to,from,direction,createdAt\nCL1,CN1,12,{OURS},+19025550001,incoming,x\n"
    files = {"OR1_messages.csv": again.read_text(), "OR1_contacts.csv": contacts, "OR1_calls.csv": calls}
    april = folder / "april.zip"
    april.write_bytes(archive(files))
    again.unlink()
    may = folder / "may.csv.gz"
    said = [
        *_ALONE[:2],
        *talk(12, f"his number is {SPOKEN}", "Noted"),
        *resets(6),
        *talk(8, f"call {SECOND[:3]} {SECOND[3:]}", "Will do"),
    ]
    may.write_bytes(gzip.compress(write_export(folder / "may.csv", said).read_bytes(), mtime=0))
    (folder / "may.csv").unlink()
    return {path.name: path for path in (march, april, may)}
