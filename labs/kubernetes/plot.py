"""Draws how many web servers the autoscaler wants: `python plot.py up`, or `down`.

`up` ends once there are more pods than at the start and all are ready, `down` once the number has
fallen to the autoscaler's minimum. Both end when their number has stayed the same for most of a
minute, and at once where the pods ask for no CPU, of which the autoscaler could take a share.
"""

from __future__ import annotations

import sys
import time
from typing import Any

from kubernetes import client, config

NAMESPACE, NAME = "shop", "web"
SECONDS, SAME_SECONDS = 120, 50
PAUSE = 1.0


def main(word: str) -> None:
    """Print a line for every change, until there's nothing more to see."""
    if word not in ("up", "down"):
        sys.exit("Say what to wait for: python plot.py up, or python plot.py down")
    config.load_kube_config()
    started = changed = time.monotonic()
    shown, first = None, look()["pods"]
    while (now := time.monotonic()) < min(started + SECONDS, changed + SAME_SECONDS):
        seen = look()
        if shown is None or seen["busy"] is None or pods(seen) != pods(shown):
            changed = now
        if seen != shown:
            print(line(now - started, seen), flush=True)
            shown = seen
        if done(word, seen, first) or seen["blind"]:
            return
        time.sleep(PAUSE)
    print(f"Nothing more within {time.monotonic() - changed:.0f} s.")


def pods(seen: dict[str, Any]) -> tuple[int, int]:
    """How many are wanted, and how many are ready."""
    return seen["pods"], seen["ready"]


def look() -> dict[str, Any]:
    """What the autoscaler and the Deployment say now."""
    autoscaling: Any = client.AutoscalingV2Api()
    apps: Any = client.AppsV1Api()
    scaler = autoscaling.read_namespaced_horizontal_pod_autoscaler(NAME, NAMESPACE)
    web = apps.read_namespaced_deployment(NAME, NAMESPACE)
    metrics = scaler.status.current_metrics or []
    busy = [m.resource.current.average_utilization for m in metrics if m.resource]
    asked = web.spec.template.spec.containers[0].resources
    return {
        "blind": "cpu" not in {**(asked.requests or {}), **(asked.limits or {})},
        "busy": busy[0] if busy else None,
        "pods": web.spec.replicas,
        "ready": web.status.ready_replicas or 0,
        "minimum": scaler.spec.min_replicas,
    }


def done(word: str, seen: dict[str, Any], first: int) -> bool:
    """Whether what was waited for has happened."""
    if word == "up":
        more = seen["pods"] > max(first, seen["minimum"])
        return bool(more and seen["ready"] == seen["pods"])
    return bool(seen["pods"] <= seen["minimum"])


def line(elapsed: float, seen: dict[str, Any]) -> str:
    """The seconds, how busy the pods are, and a block for each pod: full where it's ready."""
    busy = "  ?" if seen["busy"] is None else f"{seen['busy']:3}"
    blocks = "█" * seen["ready"] + "░" * max(0, seen["pods"] - seen["ready"])
    return f"{elapsed:4.0f} s   {busy} % busy   {blocks}"


if __name__ == "__main__":
    main(sys.argv[-1])
