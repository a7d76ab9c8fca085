"""What a check may look at: the live lab, the story since `connect`, and the stored answers.

Never the text of the learner's code: there is more than one way to be right.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import Any

from cloudlab.lab import aws
from cloudlab.lab.inventory import Inventory
from cloudlab.lab.paths import paths
from cloudlab.lab.state import load_state
from cloudlab.learning.applying import Pending, ever_applied, pending
from cloudlab.learning.commands import runs
from cloudlab.learning.http import Answer, ask
from cloudlab.learning.missing import at_hand
from cloudlab.learning.network import Network, read_network
from cloudlab.learning.ownership import made_by
from cloudlab.learning.record import Command, Observation, Record
from cloudlab.learning.sections import Section
from cloudlab.learning.trace import Trace
from cloudlab.learning.trace import trace as walk


class LabView:
    """A section's window on the lab, handed to every function of its checks.py."""

    def __init__(self, section: Section, record: Record) -> None:
        self.section = section
        self._record = record

    def aws(self, service: str) -> Any:
        """A boto3 client on the lab's endpoint, and on no other."""
        return aws.client(service)

    def has(self, need: str) -> bool:
        """Whether the lab runs what the section asks for by this name, e.g. "containers"."""
        return need in at_hand(self.section, load_state())

    @property
    def docker(self) -> Any:
        """A docker.DockerClient for the lab's engine, and for no other.

        When the engine doesn't answer, its calls raise `Unreachable`: the lab's fault.
        """
        from cloudlab.lab.engine import client as docker_client

        return docker_client.client()

    @property
    def kubernetes(self) -> Any:
        """A kubernetes.client.ApiClient for the lab's cluster, and for no other."""
        from cloudlab.lab import kube_client

        return kube_client.client()

    def kube(self, group: str) -> Any:
        """The client of one group of Kubernetes' API: "core", "apps", "autoscaling", …"""
        from cloudlab.lab import kube_client

        return kube_client.api(group)

    def kube_get(self, path: str) -> Any:
        """What the cluster answers to a path, as dicts and lists: cheaper than `kube`, and whole.

        >>> lab.kube_get("/api/v1/namespaces")["items"]  # doctest: +SKIP
        """
        from cloudlab.lab import kube_client

        return kube_client.call(path)

    @property
    def ports(self) -> dict[str, int]:
        """The ports of this machine on which the section publishes: `lab.ports["WEB_PORT"]`."""
        return load_state().ports

    def http(
        self, url: str, method: str = "GET", *, json: Any = None, timeout: float = 2.0
    ) -> Answer | None:
        """What a server of this machine answers; None where nobody does within `timeout` (s)."""
        return ask(url, method, json=json, timeout=timeout)

    @cached_property
    def work(self) -> Path:
        """The folder where the learner's files are: `work/<section>`."""
        return paths().work / self.section.name

    @cached_property
    def network(self) -> Network:
        """The section's network as it is now: the VPCs that carry its tag, and all in them."""
        return read_network(aws.client, tags=self.section.tag)

    @property
    def tag_filter(self) -> list[dict[str, Any]]:
        """EC2's `Filters` for what this section made."""
        return [{"Name": f"tag:{k}", "Values": [v]} for k, v in self.section.tag.items()]

    # The story since connect

    def history(self, fact: str) -> list[Any]:
        """The successive values of a watched fact, oldest first, repeats left out."""
        values: list[Any] = []
        for observation in self._record.observations:
            value = observation.facts.get(fact)
            if not values or values[-1] != value:
                values.append(value)
        return values

    def baseline(self, fact: str) -> Any:
        """The fact's value at `connect`."""
        return self._record.observations[0].facts.get(fact) if self._record.observations else None

    def ever(self, fact: str) -> set[Any]:
        """Every member that a watched list has held since `connect`, and isn't in the baseline."""
        seen = {member for value in self.history(fact) for member in value or ()}
        return seen - set(self.baseline(fact) or ())

    @property
    def observations(self) -> list[Observation]:
        """Every state of the watched facts since `connect`, oldest first."""
        return self._record.observations

    def when(self, holds: Callable[[dict[str, Any]], bool]) -> float | None:
        """When facts for which `holds` is true were first seen (seconds since the epoch)."""
        return next((o.at for o in self.observations if holds(o.facts)), None)

    def leftovers(self) -> Inventory:
        """What this section made and the lab still holds: kind → ids."""
        return made_by(self._record)

    def trace(self, source: str, target: str) -> Trace:
        """Walk the section's live network rules from `source` to `target`."""
        return walk(self.network, source, target)

    @property
    def existing(self) -> dict[str, list[str]]:
        """The inventory at `connect`: kind → ids of what was there before the learner came."""
        return self._record.inventory

    # What the learner ran and said

    def last(self, command: str, *, succeeded: bool | None = None) -> Command | None:
        """The newest `!` command that runs `command`; with `succeeded`, only of that kind."""
        for one in reversed(self._record.commands):
            wanted = succeeded is None or one.succeeded is succeeded
            if wanted and runs(one.line, command):
                return one
        return None

    def caused_by(self, observation: Observation, command: str) -> bool:
        """Whether such a command ended between the look before and this one."""
        return any(
            observation.after <= one.ended <= observation.at and runs(one.line, command)
            for one in self._record.commands
        )

    def answers(self, name: str) -> dict[str, Any]:
        """What `answer(name, …)` stored since `connect`."""
        return self._record.answers.get(name, {})

    @property
    def outage(self) -> str | None:
        """The outage that was drawn, or None."""
        return self._record.outage.name if self._record.outage else None

    @property
    def outage_started(self) -> float | None:
        """When the outage that was drawn began (seconds since the epoch)."""
        return self._record.outage.started if self._record.outage else None

    def pending(self) -> Pending | None:
        """The learner's files that were saved after they were last applied, if there are any."""
        record = self._record
        return pending(
            self.section, self.work, record.commands, record.begun_at, record.connected_at
        )

    @property
    def applied(self) -> bool:
        """Whether a command that applies files ever succeeded, as far as we know."""
        return ever_applied(self.section, self.work, self._record.commands)
