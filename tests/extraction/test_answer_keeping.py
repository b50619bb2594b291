"""Paid answers on their way to the store: those that come together, a full disk, and whoever stops waiting."""

import asyncio
import contextlib
from pathlib import Path

import pytest

from pls_pipeline.extraction.answer_keeping import AnswerKeeper
from pls_pipeline.extraction.answer_store import LakeAnswers
from pls_pipeline.extraction.model_answer import ModelAnswer

ANSWER = ModelAnswer(text="{}", finish_reason="stop", refused=False, prompt_tokens=1, completion_tokens=1)


class FullDisk(LakeAnswers):
    """Has no room for the answers to some requests."""

    def keep(self, key: str, answer: ModelAnswer, *, is_usable: bool) -> None:
        if key.startswith("broken"):
            raise ValueError(key)
        if key.startswith("large"):
            raise OSError(28, "No space left on device")
        super().keep(key, answer, is_usable=is_usable)


def test_a_full_disk_is_the_fault_of_its_answer_alone(tmp_path: Path) -> None:
    async def keep() -> list[BaseException | None]:
        keeper = AnswerKeeper(FullDisk(str(tmp_path)))
        return await asyncio.gather(
            *(keeper.keep(key, ANSWER) for key in ("small", "large", "other")), return_exceptions=True
        )

    first, second, third = asyncio.run(keep())
    assert (first, third) == (None, None)
    assert isinstance(second, OSError)
    assert all(LakeAnswers(str(tmp_path)).holds(key) for key in ("small", "other"))


def test_what_no_store_should_raise_reaches_whoever_waits(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="broken"):
        asyncio.run(AnswerKeeper(FullDisk(str(tmp_path))).keep("broken", ANSWER))


def test_an_answer_is_kept_though_nobody_waits_for_it_any_more(tmp_path: Path) -> None:
    async def keep() -> None:
        waiting = asyncio.create_task(AnswerKeeper(LakeAnswers(str(tmp_path))).keep("paid", ANSWER))
        await asyncio.sleep(0)
        waiting.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await waiting

    asyncio.run(keep())
    assert LakeAnswers(str(tmp_path)).holds("paid")
