"""JupyterLab on 127.0.0.1 with a token, its settings apart from the learner's own."""

import json
import os
import secrets
import sys
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

from cloudlab.lab import terminal
from cloudlab.lab.parts.base import Context, Launch, ProcessPart
from cloudlab.lab.paths import paths, private_folder, write_private
from cloudlab.lab.ports import HOST
from cloudlab.lab.state import PartState

#: Extensions that ask the network: news of releases, and a list of packages.
ASKING = ("@jupyterlab/apputils-extension:announcements", "@jupyterlab/extensionmanager-extension")
#: Looks for language servers by running npm, which writes into the learner's home.
UNUSED = {"jupyter_lsp": False}


class Jupyter(ProcessPart):
    """The learner's desk. Kernels and terminals inherit its environment, which is the lab's."""

    name = "jupyter"
    title = "notebooks"
    backend = "JupyterLab"
    fidelity = "real"
    need = "jupyter"
    preferred_port: ClassVar[int | None] = 8888
    health: ClassVar[str | None] = "/login"
    limit = 60.0

    def launch(self, context: Context) -> Launch:
        """What it must know stands in files of mode 0600: a command line is everybody's to read."""
        home = private_folder(paths().state / "jupyter")
        argv = [sys.executable, "-m", "jupyterlab", "--no-browser"]
        argv += ["--allow-root"] if os.geteuid() == 0 else []
        files = {
            home / "config" / "jupyter_server_config.json": json.dumps(
                _server(context.ports[self.name]), indent=2
            ),
            home / "config" / "labconfig" / "page_config.json": json.dumps(
                {"disabledExtensions": dict.fromkeys(ASKING, True)}
            ),
        }
        return Launch(tuple(argv), _folders(home), files, cwd=private_folder(paths().work))

    def start(self, context: Context) -> PartState:
        """Started, with the link that opens it."""
        state = super().start(context)
        return replace(state, link=f"{state.endpoint}/lab?token={token()}")


def token() -> str:
    """The lab's token: made once, kept in the lab's folder."""
    file = paths().state / "jupyter" / "token"
    if not file.exists():
        write_private(file, secrets.token_urlsafe(24))
    return file.read_text()


def _server(port: int) -> dict[str, dict[str, object]]:
    """JupyterLab's settings."""
    return {
        "ServerApp": {
            "ip": HOST,
            "port": port,
            "port_retries": 0,
            "open_browser": False,
            "root_dir": str(paths().work),
            "allow_remote_access": False,
            "jpserver_extensions": UNUSED,
            "terminado_settings": {"shell_command": terminal.command()},
        },
        "IdentityProvider": {"token": token()},
        "LabApp": {
            "extension_manager": "readonly",
            "news_url": None,
            "check_for_updates_class": "jupyterlab.NeverCheckForUpdate",
        },
    }


def _folders(home: Path) -> dict[str, str]:
    """All of Jupyter's and IPython's folders inside the lab's."""
    return {
        "JUPYTER_CONFIG_DIR": str(home / "config"),
        "JUPYTER_DATA_DIR": str(home / "data"),
        "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
        "JUPYTERLAB_SETTINGS_DIR": str(home / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(home / "workspaces"),
        "IPYTHONDIR": str(home / "ipython"),
    }
