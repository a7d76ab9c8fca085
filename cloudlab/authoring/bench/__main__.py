"""`make bench`: measure each area of which this machine has what is needed.

    python -m cloudlab.authoring.bench [aws | kubernetes | containers] …

Exits 1 where a bound doesn't hold. The learner's lab stays as it is.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence

from cloudlab.authoring.bench import aws, containers, kubernetes
from cloudlab.authoring.bench.measures import Found, attempted, report

AREAS: Mapping[str, Callable[[], Iterator[Found]]] = {
    "aws": aws.measures,
    "kubernetes": kubernetes.measures,
    "containers": containers.measures,
}
#: What is measured is the embedded lab, whatever the learner's own is. LAB_CONTAINERS stays theirs.
EMBEDDED = {"LAB_AWS": "ministack", "LAB_KUBERNETES": "kwok"}


def measured(areas: Sequence[str]) -> Iterator[Found]:
    """One area after the other; said aloud, since some take minutes."""
    for area in areas:
        print(f"measuring: {area}", file=sys.stderr)
        yield from attempted(area, AREAS[area])


def main(areas: Sequence[str]) -> int:
    """Measure these areas, or all; 1 where a bound is broken, 2 where there's no such area."""
    if unknown := [area for area in areas if area not in AREAS]:
        print(f"no area is called {', '.join(unknown)}: {', '.join(AREAS)}", file=sys.stderr)
        return 2
    os.environ.update(EMBEDDED)
    os.environ.pop("AWS_ENDPOINT_URL", None)
    return report(measured(areas or list(AREAS)))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
