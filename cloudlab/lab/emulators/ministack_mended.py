"""MiniStack with whole alarms for Terraform.

MiniStack 1.5.33 keeps an alarm whole but leaves most fields out when it answers in XML,
which Terraform's AWS provider (5.x) asks for: every plan then wants to change the alarms.
Run as `python -m cloudlab.lab.emulators.ministack_mended` in place of the `ministack` command.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any
from xml.sax.saxutils import escape

from ministack.app import main
from ministack.services import cloudwatch

_short_answer = cloudwatch._describe_alarms


def as_xml(value: Any) -> str:
    """Return `value` in the query protocol's XML: lists as <member>, booleans in lower case."""
    if isinstance(value, dict):
        known = [(key, item) for key, item in value.items() if item is not None]
        return "".join(f"<{key}>{as_xml(_dated(key, item))}</{key}>" for key, item in known)
    if isinstance(value, list):
        return "".join(f"<member>{as_xml(item)}</member>" for item in value)
    return escape(str(value).lower() if isinstance(value, bool) else str(value))


def _dated(key: str, value: Any) -> Any:
    """JSON answers count seconds where XML answers write the date."""
    if key.endswith("Timestamp") and isinstance(value, int | float):
        return datetime.fromtimestamp(value, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return value


def describe_alarms(params: Any, cbor: Any, is_cbor: bool, is_json: bool = False) -> Any:
    """Answer as MiniStack does, but with every field that it holds."""
    if is_cbor or is_json:
        return _short_answer(params, cbor, is_cbor, is_json)
    wanted = {
        "AlarmNames": [cloudwatch._p(params, key) for key in params if "AlarmNames.member." in key],
        "AlarmNamePrefix": cloudwatch._p(params, "AlarmNamePrefix"),
        "StateValue": cloudwatch._p(params, "StateValue"),
    }
    inner = f"<DescribeAlarmsResult>{as_xml(_as_json(wanted))}</DescribeAlarmsResult>"
    return cloudwatch._xml(200, "DescribeAlarmsResponse", inner)


def _as_json(wanted: dict[str, Any]) -> dict[str, Any]:
    _status, _headers, body = _short_answer({}, wanted, False, True)
    answer: dict[str, Any] = json.loads(body)
    return answer


cloudwatch._describe_alarms = describe_alarms

if __name__ == "__main__":
    main()
