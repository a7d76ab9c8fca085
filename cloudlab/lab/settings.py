"""The knobs: environment variables, validated once and in one place."""

import os
from collections.abc import Mapping
from dataclasses import dataclass

from cloudlab.lab.errors import UsageError

#: Each knob with what it may be; the first value is the default.
KNOBS: dict[str, tuple[str, ...]] = {
    "LAB_AWS": ("auto", "ministack", "localstack", "external"),
    "LAB_KUBERNETES": ("auto", "kwok", "kind", "external"),
    "LAB_CONTAINERS": ("auto", "none"),
    "LAB_GRAFANA": ("auto", "none"),
    "LAB_JUPYTER": ("auto", "none"),
}


@dataclass(frozen=True)
class Settings:
    """What the learner asked for."""

    aws: str
    kubernetes: str
    containers: str
    grafana: str
    jupyter: str
    external_aws: str | None
    """AWS_ENDPOINT_URL, where LAB_AWS=external."""
    localstack_token: str | None


def settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Read the knobs; a `UsageError` lists the values that a knob may have."""
    environ = os.environ if environ is None else environ
    aws = _choice(environ, "LAB_AWS")
    external = environ.get("AWS_ENDPOINT_URL") if aws == "external" else None
    if aws == "external" and not external:
        raise UsageError(
            "LAB_AWS=external needs an address", "set AWS_ENDPOINT_URL, or leave LAB_AWS out"
        )
    return Settings(
        aws=aws,
        kubernetes=_choice(environ, "LAB_KUBERNETES"),
        containers=_choice(environ, "LAB_CONTAINERS"),
        grafana=_choice(environ, "LAB_GRAFANA"),
        jupyter=_choice(environ, "LAB_JUPYTER"),
        external_aws=external,
        localstack_token=environ.get("LOCALSTACK_AUTH_TOKEN"),
    )


def _choice(environ: Mapping[str, str], knob: str) -> str:
    """The knob's value, its default where it isn't set."""
    allowed = KNOBS[knob]
    value = environ.get(knob) or allowed[0]
    if value not in allowed:
        raise UsageError(f"{knob}={value} is unknown", f"use one of: {', '.join(allowed)}")
    return value
