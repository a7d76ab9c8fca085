import importlib
import subprocess
import sys
from types import SimpleNamespace

import pytest

from cloudlab import cli
from cloudlab.lab.errors import LabDown, UsageError


@pytest.fixture
def workbook(monkeypatch):
    """Stand-ins for the workbook's own verbs, which say what they were asked."""
    asked: list[tuple[object, ...]] = []

    def verb(name: str, code: object):
        return lambda *given: (asked.append((name, *given)), code)[1]

    shell = SimpleNamespace(
        check=verb("check", 1), hint=verb("hint", 0), progress=verb("progress", 0)
    )
    modules = {
        "cloudlab.learning.shell": shell,
        "cloudlab.authoring.build": SimpleNamespace(build_all=verb("build", None)),
        "cloudlab.authoring.rehearse": SimpleNamespace(main=verb("rehearse", 1)),
    }
    monkeypatch.setattr(importlib, "import_module", modules.__getitem__)
    return asked


@pytest.mark.parametrize(
    ("words", "asked", "code"),
    [
        (["check", "iaas.heal"], ("check", "iaas.heal"), 1),
        (["hint", "iaas.heal"], ("hint", "iaas.heal"), 0),
        (["progress"], ("progress",), 0),
        (["notebooks"], ("build",), 0),
        (["rehearse", "iaas", "--json"], ("rehearse", "iaas", None, True, None), 1),
    ],
)
def test_a_verb_of_the_workbook_ends_with_its_own_code(workbook, words, asked, code):
    assert cli.main(words) == code
    assert workbook == [asked]


def test_our_errors_are_lines_not_tracebacks(monkeypatch, capsys):
    def fails(error: Exception):
        def status(_: object) -> int:
            """fails"""
            raise error

        monkeypatch.setattr(cli, "VERBS", {status: ()})
        return cli.main(["status"])

    assert fails(LabDown()) == 1
    assert capsys.readouterr().err == "the lab is down\n→ start it: make lab-up (or: cloudlab up)\n"
    assert fails(UsageError("what", "todo")) == 2
    assert fails(KeyboardInterrupt()) == 130
    with pytest.raises(ZeroDivisionError):
        fails(ZeroDivisionError())


def test_an_unknown_verb_lists_the_known(capsys):
    with pytest.raises(SystemExit) as caught:
        cli.main(["fly"])
    assert caught.value.code == 2
    assert "rehearse" in capsys.readouterr().err


def test_every_verb_explains_itself():
    text = cli.parser().format_help()
    for verb in cli.VERBS:
        assert verb.__doc__
        assert verb.__doc__.split(";")[0].strip()[:20] in text


def test_erasing_asks_first(monkeypatch, capsys):
    monkeypatch.setattr("builtins.input", lambda _: "n")
    assert cli.main(["reset"]) == 1
    assert "nothing was erased" in capsys.readouterr().out


def test_the_command_is_quick_to_begin():
    """What `cloudlab up` imports before it starts the first part: none of the slow libraries."""
    code = "import sys, cloudlab.cli, cloudlab.lab.lab; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    slow = {"pydantic", "rich", "httpx", "boto3", "psutil", "typer", "jinja2", "IPython"}
    assert not slow & set(done.stdout.split())
