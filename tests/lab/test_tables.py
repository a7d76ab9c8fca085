from cloudlab.lab.doctor import Finding
from cloudlab.lab.lab import PartStatus
from cloudlab.lab.state import PartState
from cloudlab.lab.tables import findings_table, parts_table


def test_parts_are_rows_with_what_is_real():
    part = PartState(
        "aws", "AWS services", "MiniStack", "emulated", endpoint="http://x", ready_seconds=0.41
    )
    text = parts_table([PartStatus(part, "ready"), PartStatus(part, "stopped")])
    head, ready, stopped = text.splitlines()
    assert head.split() == ["part", "backend", "real", "or", "emulated", "endpoint", "ready", "in"]
    assert ready.endswith("emulated          http://x  0.4 s")
    assert stopped.endswith("stopped")


def test_findings_are_marked():
    text = findings_table(
        [
            Finding("a", "here", "good"),
            Finding("b", "gone", "bad", good=False),
            Finding("c", "gone", "never mind", good=False, optional=True),
        ]
    )
    assert [line.split()[0] for line in text.splitlines()[1:]] == ["✓", "✗", "–"]
