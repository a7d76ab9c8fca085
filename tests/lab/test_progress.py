import sys

from cloudlab.lab.progress import Progress


def test_plain_lines_where_nobody_watches(capsys):
    with Progress() as progress:
        progress.say("aws", "starting")
        progress.say("aws", "starting")
        progress.done("aws", "ready in 0.4 s")
        progress.note("port 4566 is taken")
    assert capsys.readouterr().err.splitlines() == [
        "aws: starting",
        "aws: ready in 0.4 s",
        "port 4566 is taken",
    ]


def test_quiet_says_nothing(capsys):
    with Progress(quiet=True) as progress:
        progress.say("aws", "starting")
        progress.note("note")
    assert capsys.readouterr() == ("", "")


def test_a_terminal_gets_a_moving_table(monkeypatch, capsys):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    with Progress() as progress:
        progress.say("aws", "starting")
        progress.done("aws", "failed", good=False)
        progress.note("a line that stays")
    err = capsys.readouterr().err
    assert "a line that stays" in err
    assert "✗" in err
