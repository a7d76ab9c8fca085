"""The `cloudlab` command. Each verb exits 0 only when it did what it says.

  0  done
  1  not done: a part failed, a check doesn't pass, no lab is running
  2  a word or a setting that isn't known
130  Ctrl-C: what had been started was stopped again

What a verb needs is imported when it runs: `cloudlab up` must not wait for what it doesn't use.
"""

from __future__ import annotations

import argparse
import importlib
import json
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cloudlab.lab.bringing_up import Result
    from cloudlab.lab.errors import LabError

Verb = Callable[[argparse.Namespace], int]
Option = tuple[str, dict[str, Any]]

SECTIONS: Option = ("sections", {"nargs": "*", "help": "e.g. iaas; all sections if none"})
SECTION: Option = ("section", {"help": "e.g. iaas"})
ONE_OR_ALL: Option = ("section", {"nargs": "?", "help": "e.g. iaas; all sections if none"})
PART: Option = ("part", {"help": "a part, as `cloudlab status` names it"})
EXERCISE: Option = ("exercise", {"help": "e.g. iaas.public-subnets"})
JSON: Option = ("--json", {"action": "store_true", "help": "for programs"})
PROGRESS: Option = ("--progress", {"action": "store_true", "help": "what you achieved, too"})
YES: Option = ("--yes", {"action": "store_true", "help": "don't ask"})
ONLY: Option = ("--only", {"metavar": "EXERCISE", "help": "one exercise, such as iaas.heal"})
WRONG: Option = ("--wrong-answers", {"type": Path, "help": "a folder of misconceptions"})


def up(given: argparse.Namespace) -> int:
    """start the lab: what these sections need; safe to run twice"""
    from cloudlab.lab import lab
    from cloudlab.lab.progress import Progress

    _clean_up_when_ended()
    with Progress() as progress:
        result = lab.up(given.sections, progress=progress)
    return _finish(result)


def down(given: argparse.Namespace) -> int:
    """stop the lab: no process, container or port is left"""
    from cloudlab.lab import lab
    from cloudlab.lab.progress import Progress

    with Progress() as progress:
        names = lab.down(progress=progress)
    print(f"stopped: {', '.join(names)}" if names else "the lab is down", flush=True)
    lab.leave()
    return 0


def status(given: argparse.Namespace) -> int:
    """show each part; exits 0 only where the lab runs and every part is ready"""
    from cloudlab.lab import lab
    from cloudlab.lab.errors import LabDown
    from cloudlab.lab.tables import parts_table

    parts = lab.status()
    if given.json:
        print(json.dumps({"parts": [one.as_dict() for one in parts]}, indent=2))
    elif parts:
        print(parts_table(parts))
    else:
        raise LabDown
    return 0 if parts and all(one.state == "ready" for one in parts) else 1


def restart(given: argparse.Namespace) -> int:
    """stop one part and start it again; an emulator forgets what it held"""
    from cloudlab.lab import lab
    from cloudlab.lab.progress import Progress

    with Progress() as progress:
        result = lab.restart(given.part, progress=progress)
    return _finish(result)


def reset(given: argparse.Namespace) -> int:
    """stop the lab and forget what it held; your notebooks and files stay"""
    from cloudlab.lab import lab

    what = "what the lab holds" + (" and your progress" if given.progress else "")
    if not given.yes and input(f"Erase {what}? [y/N] ").strip().lower() not in ("y", "yes"):
        print("nothing was erased")
        return 1
    lab.reset(progress=given.progress)
    print(f"erased: {what}", flush=True)
    lab.leave()
    return 0


def doctor(given: argparse.Namespace) -> int:
    """show what this machine has, which backend each part uses and why"""
    from cloudlab.lab import doctor
    from cloudlab.lab.tables import findings_table

    findings = doctor.examine()
    print(findings_table(findings))
    return 0 if all(one.good or one.optional for one in findings) else 1


def prefetch(given: argparse.Namespace) -> int:
    """download all that any section needs, for a classroom or a flight"""
    from cloudlab.lab import lab
    from cloudlab.lab.progress import Progress

    with Progress() as progress:
        problems = lab.prefetch(progress=progress)
    _complain(problems)
    print("not all is here" if problems else "all is here")
    return 1 if problems else 0


def env(given: argparse.Namespace) -> int:
    """print lines that put your own shell inside the lab: eval "$(cloudlab env)" """
    from cloudlab.lab.state import load_state
    from cloudlab.lab.terminal import shell_lines

    print(shell_lines(load_state()))
    return 0


def notebooks(given: argparse.Namespace) -> int:
    """rebuild the learners' notebooks from the solved ones"""
    return _code(_later("cloudlab.authoring.build").build_all())


def progress(given: argparse.Namespace) -> int:
    """show what you have achieved"""
    return _code(_later("cloudlab.learning.shell").progress())


def check(given: argparse.Namespace) -> int:
    """check an exercise, as its cell in the notebook does"""
    return _code(_later("cloudlab.learning.shell").check(given.exercise))


def hint(given: argparse.Namespace) -> int:
    """give the next hint, as its cell in the notebook does"""
    return _code(_later("cloudlab.learning.shell").hint(given.exercise))


def lint(given: argparse.Namespace) -> int:
    """say what doesn't hold in a section's files; nothing is run"""
    return _code(_later("cloudlab.authoring.lint").main(given.section))


def rehearse(given: argparse.Namespace) -> int:
    """try starter, misconceptions, solution and a dead lab at every exercise"""
    main = _later("cloudlab.authoring.rehearse").main
    _clean_up_when_ended()
    return _code(main(given.section, given.wrong_answers, given.json, given.only))


def outputs(given: argparse.Namespace) -> int:
    """run a solved notebook in a lab of its own and keep its outputs"""
    _clean_up_when_ended()
    print(_later("cloudlab.authoring.outputs").record_outputs(given.section))
    return 0


VERBS: dict[Verb, tuple[Option, ...]] = {
    up: (SECTIONS,),
    down: (),
    status: (JSON,),
    doctor: (),
    restart: (PART,),
    reset: (PROGRESS, YES),
    prefetch: (),
    env: (),
    progress: (),
    check: (EXERCISE,),
    hint: (EXERCISE,),
    notebooks: (),
    lint: (ONE_OR_ALL,),
    rehearse: (SECTION, WRONG, ONLY, JSON),
    outputs: (SECTION,),
}


def parser() -> argparse.ArgumentParser:
    """The command's words, each verb with its docstring as help."""
    top = argparse.ArgumentParser(
        prog="cloudlab", description="A cloud on your own machine, and the workbook that drives it."
    )
    verbs = top.add_subparsers(metavar="VERB", required=True)
    for verb, options in VERBS.items():
        one = verbs.add_parser(verb.__name__, help=verb.__doc__, description=verb.__doc__)
        for name, details in options:
            one.add_argument(name, **details)
        one.set_defaults(verb=verb)
    return top


def main(argv: list[str] | None = None) -> int:
    """Run a verb; what a learner can act on is a line or two, a bug of ours is a traceback."""
    from cloudlab.lab.errors import LabError, UsageError

    given = parser().parse_args(argv)
    verb: Verb = given.verb
    try:
        return verb(given)
    except LabError as error:
        print(error, file=sys.stderr)
        return 2 if isinstance(error, UsageError) else 1
    except KeyboardInterrupt:
        print("\nstopped: nothing that this command began is left running", file=sys.stderr)
        return 130


def _clean_up_when_ended() -> None:
    """Make being ended what Ctrl-C is: whatever was begun is stopped again."""
    for ending in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(ending, signal.default_int_handler)


def _later(module: str) -> Any:
    """A module of the workbook's own, imported when its verb is called."""
    return importlib.import_module(module)


def _code(code: object) -> int:
    """The code that a verb gave; one that gives none did what it says, or raised."""
    return code if isinstance(code, int) else 0


def _finish(result: Result) -> int:
    """Show the parts, what went wrong, and last the link to open."""
    from cloudlab.lab import lab
    from cloudlab.lab.tables import parts_table

    print(parts_table([lab.PartStatus.after_start(part) for part in result.state.parts.values()]))
    _complain(result.problems)
    for part in result.state.parts.values():
        if part.link and not part.failure:
            print(f"\nOpen {part.link}")
    return 1 if result.problems else 0


def _complain(problems: list[LabError]) -> None:
    """Each problem: what happened, what to do."""
    for problem in problems:
        print(f"\n{problem}", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
