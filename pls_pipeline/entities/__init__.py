"""Typed spans in a text: one set of recognisers, for masking and for template variables alike.

Here: what other packages use. Not here: what is done with a span (privacy.py, extraction/).
"""

from pls_pipeline.entities.finding import Examiner, Findings, find_entities, find_personal, forget_texts
from pls_pipeline.entities.known import NameMemory
from pls_pipeline.entities.plugin import RecogniserFailedError, RecogniserSettingError, load_recogniser
from pls_pipeline.entities.records import NOTHING_KNOWN, PERSONAL_TYPES, VARYING_TYPES, Entity, KnownValues
from pls_pipeline.entities.vocabulary import is_word

__all__ = [
    "NOTHING_KNOWN",
    "PERSONAL_TYPES",
    "VARYING_TYPES",
    "Entity",
    "Examiner",
    "Findings",
    "KnownValues",
    "NameMemory",
    "RecogniserFailedError",
    "RecogniserSettingError",
    "find_entities",
    "find_personal",
    "forget_texts",
    "is_word",
    "load_recogniser",
]
