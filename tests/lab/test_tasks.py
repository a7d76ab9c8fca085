"""Work beside other work, and a clean-up that a second Ctrl-C doesn't cut short."""

import os
import signal
import threading

import pytest

from cloudlab.lab.errors import LabDown
from cloudlab.lab.tasks import Task, second_ctrl_c_ignored


def fails(error: BaseException) -> Task:
    def work() -> None:
        raise error

    task = Task(work)
    task.go()
    return task


def test_a_task_runs_once_beside_its_caller():
    ran: list[threading.Thread] = []
    task = Task(lambda: ran.append(threading.current_thread()))
    task.go()
    task.go()
    assert task.outcome() is None
    assert ran == [task.thread]
    assert task.thread.daemon, "it would hold up the end of the command"


def test_a_task_that_never_began_is_not_waited_for():
    task = Task(lambda: None)
    task.wait()
    assert task.outcome() is None


def test_what_a_learner_can_act_on_is_given_back():
    error = LabDown()
    assert fails(error).outcome() is error


@pytest.mark.parametrize("bug", [KeyError("x"), SystemExit(3), KeyboardInterrupt()])
def test_anything_else_is_raised_where_it_is_waited_for(bug):
    task = fails(bug)
    with pytest.raises(type(bug)) as caught:
        task.outcome()
    assert caught.value is bug


def test_ctrl_c_is_ignored_within_and_heard_again_after():
    with second_ctrl_c_ignored():
        os.kill(os.getpid(), signal.SIGINT)
    with pytest.raises(KeyboardInterrupt):
        signal.raise_signal(signal.SIGINT)


def test_it_is_heard_again_after_a_clean_up_that_failed():
    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(LabDown), second_ctrl_c_ignored():
        raise LabDown
    assert signal.getsignal(signal.SIGINT) is before


def test_another_thread_leaves_signals_alone():
    """Only the main thread may say what a signal does."""
    within: list[object] = []

    def work() -> None:
        with second_ctrl_c_ignored():
            within.append(signal.getsignal(signal.SIGINT))

    task = Task(work)
    task.go()
    assert task.outcome() is None
    assert within == [signal.getsignal(signal.SIGINT)]
