"""The work itself. It knows neither Redis nor PostgreSQL."""

import json
import re
from collections import Counter
from dataclasses import dataclass

# Letters and digits of any script, with apostrophes inside: "don't" is one word.
WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")


@dataclass(frozen=True)
class Job:
    """What a client asked for, as the api put it on the queue."""

    id: str
    text: str

    @classmethod
    def read(cls, raw: bytes) -> "Job":
        """Raise `ValueError` where these bytes are no job."""
        held = json.loads(raw)
        match held:
            case {"id": str(identity), "text": str(text)}:
                return cls(identity, text)
        raise ValueError("no job: needs the strings id and text")


@dataclass(frozen=True)
class Result:
    """What a text is made of."""

    words: int
    characters: int
    top_word: str | None


def count(text: str) -> Result:
    """Count words; of several that are equally frequent, the first in the text is on top."""
    words = Counter(match.group().lower() for match in WORD.finditer(text))
    top = words.most_common(1)
    return Result(words.total(), len(text), top[0][0] if top else None)
