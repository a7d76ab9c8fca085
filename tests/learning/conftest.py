"""A small fake section and the cloud that it is about: no lab, no network."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat
import pytest
from botocore.exceptions import EndpointConnectionError

from cloudlab.lab.state import LabState, PartState, save_state
from cloudlab.learning.record import Record, begin_record
from cloudlab.learning.sections import Section, load_section

MANIFEST = """
title = "A fake section"
minutes = 15
notebook = "90-fake.ipynb"
parts = ["aws"]
applied_by = { command = "make apply", files = [".tf", ".sh"] }
[objectives]
tables = "Make a table."
[[reality]]
backends = ["stub"]
what = "Tables"
here = "emulated by a stub."
cloud = "they cost money."
[[exercises]]
name = "make-table"
title = "One table"
objective = "tables"
core = true
minutes = 5
waits = 0.05
first_hint = { default = "Read the goal again.", other-name = "Look at the table's name." }
hints = ["A table has a name: choose it.", "The name is orders."]
[exercises.prediction]
question = "How many tables are there after the second try?"
choices = { one = "there is one.", two = "there are two." }
[[exercises]]
name = "say-it"
title = "Say it"
objective = "tables"
core = false
minutes = 5
first_hint = { default = "Count." }
hints = ["It is a number."]
"""

CHECKS = '''
from cloudlab.learning.checks import check, outage, watch
from cloudlab.learning.outcomes import not_attempted, not_yet, passed, settling


def tables(lab):
    return sorted(lab.aws("dynamodb").list_tables()["TableNames"])


@watch
def facts(lab):
    return {"tables": tables(lab)}


@check("fake.make-table")
def make_table(lab):
    """There is a table called orders."""
    found = tables(lab)
    if "creating" in found:
        return settling("the table is being created.")
    if "orders" in found:
        return passed("There is a table orders.", shows="one")
    if found:
        return not_yet("other-name", seen=f"The table is called {found[0]}.",
                       expected="a table orders.", look="list the tables.")
    return not_attempted("make a table.")


@check("fake.say-it")
def say_it(lab):
    """The number of tables is said."""
    said = lab.answers("fake.say-it").get("number")
    if said is None:
        return not_attempted("answer.")
    if said == 1:
        return passed("It is one.")
    return not_yet("miscounted", seen=f"You said {said}.", expected="the number.", look="count.")


@outage("dropped", symptom="Orders are lost.")
def dropped(lab):
    lab.aws("dynamodb").delete_table(TableName="orders")
'''


@dataclass
class Cloud:
    """Stands for AWS: a set of tables, and whether anything answers."""

    tables: set[str] = field(default_factory=set)
    down: bool = False

    def client(self, service: str, *, endpoint: str | None = None) -> Any:
        return self

    def list_tables(self) -> dict[str, list[str]]:
        if self.down:
            raise EndpointConnectionError(endpoint_url="http://127.0.0.1:1")
        return {"TableNames": sorted(self.tables)}

    def delete_table(self, TableName: str) -> None:
        self.tables.discard(TableName)

    def inventory(self, needs: Any) -> dict[str, list[str]]:
        names = self.list_tables()["TableNames"]
        return {"table": names} if names else {}


@pytest.fixture
def cloud(monkeypatch: pytest.MonkeyPatch) -> Cloud:
    """An empty cloud in the place of every AWS client of the learning layer."""
    from cloudlab.lab import aws
    from cloudlab.learning import ownership

    cloud = Cloud()
    monkeypatch.setattr(aws, "client", cloud.client)
    monkeypatch.setattr(ownership, "inventory", cloud.inventory)
    return cloud


def code(source: str, *tags: str) -> Any:
    return nbformat.v4.new_code_cell(source, metadata={"tags": list(tags)} if tags else {})


def solved_cells() -> list[Any]:
    return [
        nbformat.v4.new_markdown_cell("# A fake section"),
        code('from cloudlab import *\nconnect("fake")'),
        code('print("only shown")'),
        code('name = "orders"', "setup"),
        code(
            "from pathlib import Path\n"
            "### BEGIN SOLUTION\n"
            "### STUB Path(name).write_text(...)\n"
            'Path(name).write_text("made")\n'
            "### END SOLUTION",
            "exercise",
        ),
        code('Path("applied").write_text("yes")', "setup"),
        code('check("fake.make-table")', "nbval-check-output"),
        code('answer("fake.say-it", number=2)', "exercise", "starter"),
        code('answer("fake.say-it", number=1)', "exercise", "solution"),
        code('check("fake.say-it")', "nbval-check-output"),
        code('clean_up("fake")'),
    ]


@pytest.fixture
def section(checkout: Path) -> Section:
    """The fake section, in a checkout of its own."""
    room = checkout / "labs" / "fake"
    room.mkdir()
    (room / "section.toml").write_text(MANIFEST)
    (room / "checks.py").write_text(CHECKS)
    (room / "tables.tf").write_text('resource "table" "orders" {}\n')
    notebook = nbformat.v4.new_notebook(cells=solved_cells())
    nbformat.write(notebook, checkout / "notebooks" / "solutions" / "90-fake.ipynb")
    return load_section("fake")


def rewrite(section: Section, old: str, new: str) -> Section:
    """Change the manifest, and make the next reading see it."""
    manifest = section.room / "section.toml"
    assert old in manifest.read_text()
    manifest.write_text(manifest.read_text().replace(old, new, 1))
    load_section.cache_clear()
    return load_section(section.name)


@pytest.fixture
def lab_up(section: Section) -> LabState:
    """A state file that says that the stub runs."""
    part = PartState(
        name="aws",
        title="AWS",
        backend="stub",
        fidelity="emulated",
        need="aws",
        endpoint="http://127.0.0.1:4566",
        keeps_data=True,
        ready_seconds=0.1,
    )
    state = LabState(parts={"aws": part})
    save_state(state)
    return state


@pytest.fixture
def connected(section: Section, cloud: Cloud, lab_up: LabState) -> Section:
    """The section with a record that began in an empty cloud."""
    from cloudlab.learning.session import connect

    connect("fake")
    return section


@pytest.fixture
def record(section: Section) -> Record:
    """A record begun by hand: no check has run, no lab is up."""
    record = Record(section="fake", memory_id="m")
    begin_record(record)
    return record


@pytest.fixture(autouse=True)
def kernel_state(monkeypatch: pytest.MonkeyPatch) -> None:
    """A kernel that has joined no section yet."""
    from cloudlab.learning import kernel

    monkeypatch.setattr(kernel, "_section", None)
    monkeypatch.setattr(kernel, "_last_cell_ended", 0.0)
    monkeypatch.setattr(kernel, "_this_cell_began", 0.0)


@pytest.fixture
def shell(kernel_state: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A real IPython shell, as `get_ipython()` finds it."""
    from IPython.core.interactiveshell import InteractiveShell
    from traitlets.config import Config

    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    config = Config()
    config.HistoryManager.enabled = False
    config.InteractiveShell.colors = "nocolor"
    yield InteractiveShell.instance(config=config)
    InteractiveShell.clear_instance()
