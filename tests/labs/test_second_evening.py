"""An emulator forgets when it stops; a learner goes on where they were."""

from __future__ import annotations

import pytest

from cloudlab.authoring.own_lab import own_lab
from cloudlab.authoring.stage import Stage
from cloudlab.lab import lab
from cloudlab.learning.outcomes import Kind
from cloudlab.learning.sections import load_section
from cloudlab.learning.solutions import checked_exercise, tags


def play_to_the_first_check(stage: Stage) -> str:
    """The first exercise, solved; returns its name."""
    for cell in stage.cells:
        name = checked_exercise(cell)
        if "exercise" in tags(cell):
            stage.hold(cell)
        elif name is not None:
            assert stage.attempt(name, stage.solved()).outcome == Kind.PASSED
            stage.release()
            return name
        elif not stage.holding:
            stage.play(cell)
    raise AssertionError("the notebook checks nothing")


@pytest.mark.lab
@pytest.mark.timeout(600)
def test_a_backend_that_was_restarted_is_caught_up_with() -> None:
    """connect says that the lab is empty and names the verb; the verb brings everything back."""
    section = load_section("iaas")
    following = section.full_name(section.exercises[1])
    with own_lab("iaas"), Stage(section) as stage:
        solved = play_to_the_first_check(stage)
        assert lab.restart("aws-network").problems == []
        assert stage.check(solved).outcome != Kind.PASSED

        welcome = stage.say(f'connect("{section.name}")')
        assert f'catch_up("{following}")' in welcome

        caught_up = stage.say(f'catch_up("{following}")')
        assert f"The lab stands where {following} begins" in caught_up
        assert stage.check(solved).outcome == Kind.PASSED
        stage.clean_up()
