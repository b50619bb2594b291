"""Candidates and messages for the library's tests, made from replies as an operator would write them."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from pls_pipeline.entities import find_entities
from pls_pipeline.extraction.embedded import name_variables
from pls_pipeline.extraction.values import find_values
from pls_pipeline.imports import Manifest
from pls_pipeline.library import LibraryOptions, LibraryState, MessageText, build_library
from pls_pipeline.library.decisions import Decision
from pls_pipeline.library.judging import Judge
from pls_pipeline.library.similarity import Embedder
from pls_pipeline.patterns import Candidate, EvidenceMessage, template_from_body

NOON = datetime(2025, 9, 2, 12)


class Texting:
    """Collects replies, each in a conversation of its own unless one is named."""

    def __init__(self) -> None:
        self.candidates: list[Candidate] = []
        self.messages: dict[str, MessageText] = {}

    def reply(
        self, body: str, *, asked: str = "a question", conversation: str | None = None, import_key: str = "one",
        extractor: str = "embedded",
    ) -> Candidate:  # fmt: skip
        number = len(self.candidates) + 1
        values, spans = name_variables(find_values(body, find_entities(body)))
        candidate = Candidate(
            candidate_id=f"cand_{number:04d}",
            import_key=import_key,
            conversation_key=conversation or f"conversation_{number}",
            category="general",
            situation=asked,
            response_template=template_from_body(body, spans),
            variables=values,
            evidence=(EvidenceMessage("response", f"key_{number}", f"AC{number}", import_key, number, spans),),
            stated_confidence=None,
            extractor=extractor,
        )
        self.candidates.append(candidate)
        self.messages[f"key_{number}"] = MessageText(body, NOON + timedelta(minutes=number))
        return candidate

    def replies(self, *bodies: str, times: int = 1) -> None:
        for body in bodies:
            for _ in range(times):
                self.reply(body)

    def build(
        self,
        previous: LibraryState | None = None,
        *,
        candidates: Sequence[Candidate] | None = None,
        options: LibraryOptions | None = None,
        now: datetime = NOON,
        reviews: Sequence[Decision] = (),
        embedder: Embedder | None = None,
        judge: Judge | None = None,
    ) -> LibraryState:
        chosen = self.candidates if candidates is None else candidates
        keys = sorted({candidate.import_key for candidate in chosen})
        imports = [
            Manifest(key, f"{key}.csv", "0" * 64, 1, NOON, sequence, "openphone")
            for sequence, key in enumerate(keys, 1)
        ]
        settings = options or LibraryOptions(small_library=0)
        return build_library(
            chosen, self.messages, imports, previous or LibraryState.empty(), settings, now, reviews, embedder, judge
        )


def templates(state: LibraryState) -> list[str]:
    """Main templates, the best supported first."""
    rows = sorted(state.patterns, key=lambda row: (-row["conversation_count"], row["response_template"]))
    return [row["response_template"] for row in rows]
