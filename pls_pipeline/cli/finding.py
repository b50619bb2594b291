"""What `pls check` finds: one record a subject.

Here: the record. Not here: who looks (diagnosis.py, database_diagnosis.py).
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """What was found of a subject; `advice` says what to do, and is empty where all is well."""

    subject: str
    found: str
    advice: str = ""
