"""Building a Go set: once, whole or not at all, and without a trace but the programs."""

import json
import re
import sys
import threading
import time
import tomllib
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from cloudlab.lab import processes
from cloudlab.lab.errors import ToolMissing, UsageError
from cloudlab.lab.paths import paths
from cloudlab.lab.tools import building, toolchain

GO = """\
#!/bin/sh
[ "$1" = build ] || exit 9
echo "$GOFLAGS $GOTOOLCHAIN $CGO_ENABLED $GOCACHE $GOMODCACHE $*" >> {told}
mkdir -p "$GOCACHE" "$GOMODCACHE/module" && touch "$GOMODCACHE/module/file"
chmod 500 "$GOMODCACHE/module"
[ ! -e {slow} ] || sleep 60
[ ! -e {counts} ] || echo "$XDG_CONFIG_HOME $GOENV" > {counted}
while [ -e {gate} ]; do sleep 0.05; done
[ ! -e {broken} ] || {{ echo "dial tcp: no such host"; exit 1; }}
while [ "$1" != -o ]; do shift; done
folder="$2"; shift 2
for package; do echo "of $package" > "$folder$(basename "${{package%/v[0-9]}}")"; done
"""
SET = """\
version = "1.2.3"
estimate_seconds = 70
ldflags = "-s -w"
[packages]
one = "example.org/one/cmd"
two = "example.org/two"
three = "example.org/cmd/some/v2"
"""


@dataclass
class Bench:
    """A set called `it`, a compiler that isn't one, and what was said."""

    folder: Path
    said: list[str] = field(default_factory=list)
    cancelled: threading.Event = field(default_factory=threading.Event)

    def build(self) -> Path:
        return building.build("it", self.said.append, self.cancelled)

    def told(self) -> list[str]:
        file = self.folder / "told"
        return file.read_text().splitlines() if file.exists() else []

    def make(self, what: str) -> Path:
        file = self.folder / what
        file.touch()
        return file


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Bench:
    monkeypatch.setenv("LAB_STATE_DIR", str(tmp_path / "lab"))
    monkeypatch.setenv("LAB_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(building, "SETS", tmp_path / "go")
    (tmp_path / "go" / "it").mkdir(parents=True)
    (tmp_path / "go" / "it" / "set.toml").write_text(SET)
    (tmp_path / "go" / "it" / "go.mod").write_text("module it\n\ngo 1.24.9\n")
    go = tmp_path / "go-stand-in"
    names = {
        name: tmp_path / name for name in ("told", "slow", "gate", "broken", "counts", "counted")
    }
    go.write_text(GO.format(**names))
    go.chmod(0o755)
    monkeypatch.setattr(toolchain, "find", lambda *_: go)
    return Bench(tmp_path)


def test_a_set_is_built_once_and_then_found(bench):
    folder = bench.build()
    assert {one.name: one.read_text() for one in folder.iterdir()} == {
        "one": "of example.org/one/cmd\n",
        "two": "of example.org/two\n",
        "three": "of example.org/cmd/some/v2\n",
    }
    assert re.fullmatch(r"it-1\.2\.3-[0-9a-f]{12}", folder.name)
    assert folder == bench.build() == building.built("it")
    assert len(bench.told()) == 1
    assert bench.said[0] == "building, 0:00 of about 1:10"


def test_another_pin_is_another_folder(bench):
    before = bench.build()
    (bench.folder / "go" / "it" / "go.sum").write_text("another")
    assert building.built("it") is None
    assert bench.build() != before


def test_it_compiles_pinned_modules_with_caches_of_its_own(bench):
    bench.build()
    caches = bench.folder / "cache" / "go"
    given = f"-mod=readonly local 0 {caches}/build {caches}/modules build -trimpath -ldflags -s -w"
    (line,) = bench.told()
    assert line.startswith(given)
    packages = ["example.org/one/cmd", "example.org/two", "example.org/cmd/some/v2"]
    assert line.split()[-3:] == packages


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere only HOME moves that folder")
@pytest.mark.parametrize("where", ["HOME", "XDG_CONFIG_HOME"])
def test_the_compiler_counts_in_our_folder_and_reads_the_learners_settings(
    bench, monkeypatch, where
):
    theirs = bench.folder / "theirs"
    monkeypatch.delenv("GOENV", raising=False)
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    monkeypatch.setenv(where, str(theirs))
    bench.make("counts")
    bench.build()
    settings = theirs / ".config/go/env" if where == "HOME" else theirs / "go/env"
    told = (bench.folder / "counted").read_text().split()
    assert told == [str(bench.folder / "cache/go/config"), str(settings)]


def test_the_caches_go_when_the_last_set_is_built(bench):
    """Though the compiler lays modules so that nobody can write to their folders."""
    bench.build()
    assert (bench.folder / "cache" / "go" / "modules").is_dir()
    building.tidy()
    assert not (bench.folder / "cache" / "go").exists()
    building.tidy()


def test_the_caches_stay_while_another_command_builds(bench):
    bench.build()
    with building._caches_in_use():
        building.tidy()
    assert (bench.folder / "cache" / "go").is_dir()


def test_a_failure_quotes_the_compiler_and_keeps_what_the_next_attempt_needs(bench):
    broken = bench.make("broken")
    with pytest.raises(ToolMissing, match=r"it 1\.2\.3 can't be built") as caught:
        bench.build()
    assert "dial tcp: no such host" in caught.value.what
    assert [one.name for one in (bench.folder / "cache" / "tools").iterdir()] == ["it.lock"]
    building.tidy()
    assert (bench.folder / "cache" / "go").is_dir()
    broken.unlink()
    bench.build()
    building.tidy()
    assert not (bench.folder / "cache" / "go").exists()


def test_ctrl_c_ends_the_compiler_and_leaves_nothing_half(bench):
    slow = bench.make("slow")
    threading.Timer(0.3, bench.cancelled.set).start()
    with pytest.raises(KeyboardInterrupt):
        bench.build()
    assert building.built("it") is None
    until = time.monotonic() + 5
    while processes.marked() and time.monotonic() < until:
        time.sleep(0.02)
    assert processes.marked() == []
    slow.unlink()
    bench.cancelled.clear()
    assert (bench.build() / "two").exists()


def test_who_comes_second_waits_for_the_first_and_builds_nothing(bench):
    gate, found = bench.make("gate"), list[Path]()
    both = [threading.Thread(target=lambda: found.append(bench.build())) for _ in range(2)]
    for one in both:
        one.start()
    while "it is being built already: waiting for that" not in bench.said:
        time.sleep(0.01)
    gate.unlink()
    for one in both:
        one.join()
    assert found == [building.built("it")] * 2
    assert len(bench.told()) == 1


def test_the_estimate_is_what_it_took_the_last_time(bench):
    file = paths().cache / "build-times.json"
    bench.build()
    assert list(json.loads(file.read_text())) == ["it"]
    file.write_text(json.dumps({"it": 125.0}))
    (bench.folder / "go" / "it" / "go.sum").write_text("another")
    bench.said.clear()
    bench.build()
    assert bench.said[0] == "building, 0:00 of about 2:05"
    file.write_text("nonsense")
    assert building._times() == {}


def test_minutes_are_read_at_a_glance():
    assert [building.minutes(one) for one in (0, 59.9, 70, 600)] == [
        "0:00",
        "0:59",
        "1:10",
        "10:00",
    ]


def test_an_unknown_set_is_a_word_that_the_lab_does_not_know(bench):
    with pytest.raises(UsageError, match="no Go set is called 'that'"):
        building.build("that", bench.said.append, bench.cancelled)


REAL = building.SETS


@pytest.mark.parametrize("name", sorted(one.parent.name for one in REAL.glob("*/go.mod")))
def test_every_set_of_the_repository_is_whole(name):
    """Each program's package is imported by tools.go, so that go.sum pins all of it."""
    found = building.go_set(name)
    imported = set(re.findall(r'_ "([^"]+)"', (REAL / name / "tools.go").read_text()))
    assert set(found.packages.values()) <= imported
    assert (REAL / name / "go.sum").stat().st_size > 0
    assert toolchain.wanted(REAL / name) <= _numbers(
        tomllib.loads((REAL / "toolchain.toml").read_text())
    )
    assert found.ldflags.startswith("-s -w")


def _numbers(row: dict[str, str]) -> tuple[int, ...]:
    return tuple(int(part) for part in row["version"].split("."))
