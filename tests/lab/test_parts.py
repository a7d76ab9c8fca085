import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from cloudlab.lab.errors import UsageError
from cloudlab.lab.parts import Context, parts_for
from cloudlab.lab.parts.gateway import Gateway, caddyfile
from cloudlab.lab.parts.jupyter import Jupyter, token
from cloudlab.lab.paths import paths
from cloudlab.lab.settings import settings

PORTS = {"aws": 4576, "aws-network": 4586, "aws-endpoint": 4566, "jupyter": 8888}


@pytest.fixture(autouse=True)
def own_places(monkeypatch, tmp_path):
    monkeypatch.setenv("LAB_STATE_DIR", str(tmp_path / "lab"))
    monkeypatch.setenv("LAB_WORK_DIR", str(tmp_path / "work"))


def test_a_need_that_nothing_provides_lists_what_there_is():
    with pytest.raises(UsageError, match="no part provides mainframe"):
        parts_for(["aws", "mainframe"], settings({}))


def test_the_slowest_part_is_started_first():
    assert parts_for(["jupyter", "aws"], settings({}))[0].name == "aws-network"


def test_jupyterlab_can_be_left_out():
    assert parts_for(["jupyter"], settings({"LAB_JUPYTER": "none"})) == []


def test_every_part_has_a_port_of_its_own():
    ports = [part.preferred_port for part in parts_for(["aws", "jupyter"], settings({}))]
    assert len(set(ports)) == len(ports)


def test_a_launch_changes_with_what_it_depends_on():
    gateway, here = Gateway(), Context(settings({}), PORTS, {"HOME": "/a"})
    same = Context(settings({}), dict(PORTS), {"HOME": "/b"})
    moved = Context(settings({}), {**PORTS, "aws": 4600}, {})
    assert gateway.fingerprint(here) == gateway.fingerprint(same) != gateway.fingerprint(moved)


def test_caddy_accepts_the_configuration(tmp_path):
    file = tmp_path / "Caddyfile"
    file.write_text(caddyfile(4566, 4576, 4586))
    caddy = Path(sys.prefix) / "bin" / "caddy"
    argv = [caddy, "adapt", "--adapter", "caddyfile", "--config", file]
    env = {**os.environ, "HOME": str(tmp_path), "LAB_LISTENER": "3"}
    done = subprocess.run(argv, capture_output=True, text=True, check=False, env=env)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["admin"] == {"disabled": True, "config": {"persist": False}}
    listeners = [one["listen"] for one in found["apps"]["http"]["servers"].values()]
    assert listeners == [["fd/3"]]


def test_jupyters_token_is_on_no_command_line_and_the_users_alone():
    launch = Jupyter().launch(Context(settings({}), PORTS, {}))
    assert not any(token() in word for word in launch.argv)
    assert not any(token() in value for value in launch.env.values())
    assert (paths().state / "jupyter" / "token").stat().st_mode & 0o777 == 0o600


def test_jupyter_listens_on_loopback_asks_no_network_and_keeps_out_of_home():
    launch = Jupyter().launch(Context(settings({}), PORTS, {}))
    server, page = (json.loads(text) for text in launch.files.values())
    assert server["ServerApp"]["ip"] == "127.0.0.1"
    assert server["ServerApp"]["root_dir"] == str(paths().work)
    assert server["LabApp"]["news_url"] is None
    assert all(page["disabledExtensions"].values())
    assert all(value.startswith(str(paths().state)) for value in launch.env.values())
    assert ("--allow-root" in launch.argv) == (os.geteuid() == 0)
