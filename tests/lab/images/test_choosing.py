"""Which image a name stands for: what is here, else the official one, else a stand-in."""

from __future__ import annotations

from cloudlab.lab.images import standins
from cloudlab.lab.images.choosing import Chosen, obtain

REDIS, ALPINE = "redis:8-bookworm", "alpine:3.22"
NAMES = ("redis", "alpine")


def test_official_images_that_are_here_need_one_question(machine, said):
    machine.has(REDIS, ALPINE)
    chosen = obtain(NAMES, machine.engine, said[1])
    assert chosen.backend == "official images"
    assert chosen.variables == {"REDIS_IMAGE": REDIS, "ALPINE_IMAGE": ALPINE}
    assert (machine.told("pull"), len(machine.told("image")), said[0]) == ([], 1, [])


def test_stand_ins_that_are_here_need_one_question_and_no_registry(machine, said):
    machine.has(standins.tag("redis"), standins.tag("alpine"))
    chosen = obtain(NAMES, machine.engine, said[1])
    assert chosen.backend == "Debian stand-ins"
    assert chosen.variables["REDIS_IMAGE"] == standins.tag("redis")
    assert (machine.told("pull"), len(machine.told("image")), said[0]) == ([], 1, [])


def test_the_official_one_is_taken_before_its_stand_in(machine, said):
    machine.has(standins.tag("redis"), REDIS, ALPINE)
    assert obtain(NAMES, machine.engine, said[1]).images["redis"] == REDIS


def test_where_a_registry_answers_they_are_pulled(machine, said):
    machine.serves(REDIS, ALPINE)
    assert obtain(NAMES, machine.engine, said[1]).backend == "official images"
    assert said[0] == [f"pulling {ALPINE} (1 of 2)", f"pulling {REDIS} (2 of 2)"]
    assert machine.told("build") == []


def test_where_none_does_it_is_asked_once_and_stand_ins_are_built(machine, said):
    chosen = obtain(NAMES, machine.engine, said[1])
    assert chosen.images == {name: standins.tag(name) for name in NAMES}
    assert len(machine.told("pull")) == 1
    assert said[0][1] == f"{ALPINE} can't be pulled: stand-ins of Debian's packages instead"


def test_one_that_is_refused_has_a_stand_in_beside_official_ones(machine, said):
    machine.serves(ALPINE)
    chosen = obtain(NAMES, machine.engine, said[1])
    assert chosen.images == {"alpine": ALPINE, "redis": standins.tag("redis")}
    assert chosen.backend == "Debian stand-ins"


def test_no_section_asks_for_any(machine, said):
    assert obtain((), machine.engine, said[1]) == Chosen({})
    assert machine.told("image") == []
