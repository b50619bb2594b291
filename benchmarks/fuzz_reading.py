"""Fuzzing of the reader: for any bytes it ends, and records in the file = messages + rejected rows.

    python -m benchmarks.fuzz_reading [--seconds 600] [--corpus FOLDER]

Coverage of the Python code guides it where `atheris` is installed (it is not among the project's dependencies); else
inputs are drawn without that. Inputs begin from exports and are changed as their bytes, so most of them are recognised.
A reading that takes longer than 20 seconds counts as one that hangs. An input that breaks the law is written into the
corpus' folder. Exit code 1 where there was one.
"""

import argparse
import contextlib
import importlib.util
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

LONGEST_SECONDS = 20
NAMES = ("export.csv", "export.csv", "export.csv.gz", "archive.zip")
HEADER = b"id,conversationId,body,sentAt,to,from,direction,createdAt\n"
ROW = b'AC1,CN1,"hello, ""you""\nthere",1756818334885,+19022345678,+16037891234,incoming,2025-09-02T13:05:34.885Z\n'
OTHER = b"AC2,CN1,we, open at 5,1.76E+12,+16037891234,+19022345678,outgoing,9/2/2025 9:05 PM\r\n"
PIECES = (
    b",", b'"', b'""', b"\n", b"\r", b"\r\n", b"\0", b";", b"\t", b"\xef\xbb\xbf", b"\xff\xfe", b"\xe9", b"\xc3",
    b"\xf0\x9f\xa4\x96", b"'", b"=", b"1.9E+10", b"incoming", b"outgoing", b"call", b'"\n"', b'" "', b",,,,,,,\n",
    HEADER, ROW, OTHER, b"PK\x03\x04", b"\x1f\x8b", b"sep=;\n",
)  # fmt: skip
SEEDS = (HEADER + ROW + OTHER, (HEADER + ROW).replace(b",", b";"), (HEADER + ROW).decode().encode("utf-16"), HEADER)


class BrokenLawError(AssertionError):
    """A reading that lost or made a record."""


class HangingError(BrokenLawError):
    """A reading that did not end in time."""


def main() -> None:
    """Fuzz for some time, say how often and what was found."""
    parser = argparse.ArgumentParser(description="Fuzzing of the reader.")
    parser.add_argument("--seconds", type=int, default=600)
    parser.add_argument("--corpus", type=Path, default=Path(tempfile.gettempdir()) / "pls-fuzz")
    options = parser.parse_args()
    options.corpus.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(SEEDS):
        (options.corpus / f"seed-{number}").write_bytes(seed)
    fuzz = fuzz_with_coverage if importlib.util.find_spec("atheris") else fuzz_by_chance
    fuzz(options.corpus, options.seconds)


def read_once(content: bytes, path: Path) -> str:
    """Read the bytes as an export; return what came of it. Raises BrokenLawError.

    The reader is imported here, because atheris watches what is imported after it.
    """
    from pls_pipeline.lake import open_connection
    from pls_pipeline.sources import UnreadableExportError, read_export

    path.write_bytes(content)
    with open_connection("500MB", 1) as connection:
        try:
            reading = read_export(connection, path, "fuzz", path.name)
        except UnreadableExportError:
            return "refused"
        messages, rejected = len(reading.messages.fetchall()), len(reading.rejected.fetchall())
        facts = reading.facts
        if (facts.record_count, facts.message_count, facts.rejected_count) != (messages + rejected, messages, rejected):
            raise BrokenLawError(f"{facts.record_count} records, {messages} messages, {rejected} rejected rows")
        return facts.reader


@contextlib.contextmanager
def _time_limit() -> Iterator[None]:
    signal.alarm(LONGEST_SECONDS)
    try:
        yield
    finally:
        signal.alarm(0)


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise HangingError(f"a reading took longer than {LONGEST_SECONDS} seconds")


def change(content: bytes, random_number: random.Random, longest: int) -> bytes:
    """The bytes with a few pieces put in, taken out, doubled or overwritten."""
    changed = bytearray(content)
    for _ in range(random_number.randint(1, 6)):
        place = random_number.randint(0, len(changed))
        end = min(len(changed), place + random_number.randint(0, 24))
        kind = random_number.random()
        if kind < 0.5:
            changed[place:place] = random_number.choice(PIECES)
        elif kind < 0.7:
            del changed[place:end]
        elif kind < 0.85:
            changed[place:end] = random_number.randbytes(end - place)
        else:
            changed[place:place] = changed[place:end] * random_number.randint(1, 4)
    return bytes(changed[:longest])


def fuzz_by_chance(corpus: Path, seconds: int) -> None:
    """Change inputs at random, some of them several times over."""
    signal.signal(signal.SIGALRM, _interrupt)
    random_number, outcomes, began = random.Random(1), Counter[str](), time.monotonic()  # noqa: S311 - no secret
    pool = list(SEEDS)
    with tempfile.TemporaryDirectory() as folder:
        while time.monotonic() - began < seconds:
            content = change(random_number.choice(pool), random_number, 1 << 16)
            path = Path(folder) / random_number.choice(NAMES)
            try:
                with _time_limit():
                    outcome = read_once(content, path)
            except Exception:
                (corpus / f"broken-{sum(outcomes.values())}").write_bytes(content)
                raise
            outcomes[outcome] += 1
            if len(pool) < 1000 and outcome != "refused":
                pool.append(content)
    print(f"{sum(outcomes.values())} readings in {seconds} s: {dict(outcomes)}; none broke a law")


def fuzz_with_coverage(corpus: Path, seconds: int) -> None:
    """Let atheris choose inputs by the lines and branches that they reach."""
    import atheris

    with atheris.instrument_imports(include=["pls_pipeline"]):
        import pls_pipeline.sources  # noqa: F401 - watched from here on
    outcomes, began = Counter[str](), time.monotonic()
    folder = tempfile.mkdtemp(prefix="fuzz-")

    def report() -> None:
        print(f"{sum(outcomes.values())} readings in {time.monotonic() - began:.0f} s: {dict(outcomes)}", flush=True)

    def test(content: bytes) -> None:
        name = NAMES[content[0] % len(NAMES)] if content else NAMES[0]
        outcomes[read_once(content, Path(folder) / name)] += 1
        if sum(outcomes.values()) % 100 == 0:
            report()

    def mutate(content: bytes, longest: int, seed: int) -> bytes:
        random_number = random.Random(seed)  # noqa: S311 - no secret
        if random_number.random() < 0.3:
            return bytes(atheris.Mutate(content, longest))
        return change(content, random_number, longest)

    limits = [f"-max_total_time={seconds}", f"-timeout={LONGEST_SECONDS}", "-max_len=65536", "-rss_limit_mb=4096"]
    atheris.Setup(
        [sys.argv[0], *limits, f"-artifact_prefix={corpus}/broken-", str(corpus)], test, custom_mutator=mutate
    )
    atheris.Fuzz()


if __name__ == "__main__":
    main()
