import pytest

from cloudlab.lab import work
from cloudlab.lab.paths import paths
from cloudlab.lab.progress import Progress


@pytest.fixture(autouse=True)
def tracked(checkout):
    """A checkout with one learner's notebook."""
    (checkout / "notebooks" / "01-iaas.ipynb").write_text("one")
    return checkout / "notebooks" / "01-iaas.ipynb"


def lay() -> list[str]:
    return work.lay(Progress(quiet=True))


def files() -> dict[str, str]:
    return {one.name: one.read_text() for one in paths().work.glob("*.ipynb")}


def test_a_first_time_lays_copies():
    assert lay() == []
    assert files() == {"01-iaas.ipynb": "one"}


def test_an_untouched_notebook_follows_an_update(tracked):
    lay()
    tracked.write_text("two")
    assert lay() == []
    assert files() == {"01-iaas.ipynb": "two"}


def test_a_touched_one_is_kept_and_the_update_laid_beside_it_once(tracked):
    lay()
    (paths().work / "01-iaas.ipynb").write_text("mine")
    assert lay() == []
    tracked.write_text("two")
    assert lay() == ["01-iaas.new.ipynb"]
    assert lay() == []
    assert files() == {"01-iaas.ipynb": "mine", "01-iaas.new.ipynb": "two"}
    tracked.write_text("three")
    assert lay() == ["01-iaas.new.ipynb"]
    assert files() == {"01-iaas.ipynb": "mine", "01-iaas.new.ipynb": "three"}


def test_an_update_that_they_work_on_is_kept_too(tracked):
    lay()
    (paths().work / "01-iaas.ipynb").write_text("mine")
    tracked.write_text("two")
    lay()
    (paths().work / "01-iaas.new.ipynb").write_text("mine too")
    tracked.write_text("three")
    assert lay() == []
    assert files() == {"01-iaas.ipynb": "mine", "01-iaas.new.ipynb": "mine too"}


def test_a_lost_memory_never_costs_a_learner_their_work(tracked):
    lay()
    (paths().work / ".laid.json").write_text("{broken")
    (paths().work / "01-iaas.ipynb").write_text("mine")
    assert lay() == ["01-iaas.new.ipynb"]
    assert files()["01-iaas.ipynb"] == "mine"


def test_a_deleted_notebook_comes_back():
    lay()
    (paths().work / "01-iaas.ipynb").unlink()
    lay()
    assert files() == {"01-iaas.ipynb": "one"}


def test_solutions_are_not_laid(checkout):
    (checkout / "notebooks" / "solutions" / "01-iaas.ipynb").write_text("solved")
    lay()
    assert files() == {"01-iaas.ipynb": "one"}


def test_terraforms_memory_is_forgotten_and_the_learners_files_are_not():
    room = paths().work / "iaas"
    room.mkdir(parents=True)
    for name in ("terraform.tfstate", "terraform.tfstate.backup", "network.tf"):
        (room / name).touch()
    work.forget_terraform()
    assert [one.name for one in room.iterdir()] == ["network.tf"]
