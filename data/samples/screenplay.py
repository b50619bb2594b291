"""Read the texts of the samples: scenes.txt (who says what, in which order) and replies.txt (each operator's words).

Here: the form of the two files. Not here: who plays a scene, when, and with which values (studio.py).
"""

import re
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent
Replies = dict[str, dict[str, list[str]]]


@dataclass(frozen=True)
class Line:
    """One line of a scene: who speaks (C, C?, O, O!) and what may be said."""

    who: str
    texts: tuple[str, ...]

    @property
    def is_incoming(self) -> bool:
        """Whether the customer speaks."""
        return self.who.startswith("C")


@dataclass(frozen=True)
class Scene:
    """One scene, its flags as name -> value."""

    name: str
    times: int
    category: str
    flags: dict[str, str]
    lines: tuple[Line, ...]


def read_scenes() -> list[Scene]:
    """Return the scenes in the order of the file."""
    scenes = []
    for block in re.split(r"^== ", _text_without_comments("scenes.txt"), flags=re.MULTILINE)[1:]:
        head, *lines = block.strip().splitlines()
        name, times, category, *flags = head.split()
        spoken = tuple(Line(line[:2].strip(), tuple(line[2:].strip().split(" | "))) for line in lines if line)
        scenes.append(Scene(name, int(times[1:]), category, dict(flag.partition("=")[::2] for flag in flags), spoken))
    return scenes


def read_replies() -> Replies:
    """Return topic -> voice (saved, theo, kit, once) -> texts."""
    replies: Replies = {}
    for line in filter(None, _text_without_comments("replies.txt").splitlines()):
        if line.startswith("["):
            topic = line[1:-1]
            replies[topic] = {}
        else:
            voice, text = line.split(maxsplit=1)
            replies[topic].setdefault(voice, []).append(text.replace("\\n", "\n"))
    return replies


def _text_without_comments(name: str) -> str:
    return re.sub(r"^#.*\n?", "", (FOLDER / name).read_text(encoding="utf-8"), flags=re.MULTILINE)
