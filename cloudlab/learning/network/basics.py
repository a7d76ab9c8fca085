"""What both parsers need: tags, a stable order, and the default security group."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

Json = Mapping[str, Any]


def ordered(things: Iterable[Any]) -> tuple[Any, ...]:
    """Sort by what is shown, then by id: ids differ from run to run, names don't."""
    return tuple(sorted(things, key=lambda thing: (thing.name, thing.id)))


def tags_of(item: Json) -> dict[str, str]:
    """Return an item's tags as a dict."""
    return {tag["Key"]: tag.get("Value", "") for tag in item.get("Tags") or []}


def or_default(ids: list[str], vpc: str, homes: Mapping[str, str]) -> tuple[str, ...]:
    """Return the groups that a thing names, else its VPC's default one, as AWS does."""
    return tuple(sorted(ids)) or ((homes[vpc],) if vpc in homes else ())
