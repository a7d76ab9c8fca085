"""A shell inside the lab: what JupyterLab's terminals run, and `cloudlab env` for any other."""

import os
import shlex
import shutil

from cloudlab.lab.environment import FOR_COMMANDS, FOREIGN_PREFIXES, PROXIES, lab_variables
from cloudlab.lab.paths import paths, write_private
from cloudlab.lab.state import LabState

# The learner's own start-up file comes first: their prompt and aliases stay, and whatever keys
# or proxies it exports are dropped after it. $(env) and case are the same in bash, zsh and dash.
RC = """\
[ -n "$BASH_VERSION" ] && [ -r "$HOME/.bashrc" ] && . "$HOME/.bashrc"
{lines}
"""


def shell_lines(state: LabState) -> str:
    """Lines for a POSIX shell that make its environment the lab's."""
    patterns = "|".join([*(f"{one}*" for one in FOREIGN_PREFIXES), *PROXIES, *_upper(PROXIES)])
    drop = (
        "for _name in $(env | sed -n 's/^\\([A-Za-z_][A-Za-z0-9_]*\\)=.*/\\1/p'); do "
        f'case "$_name" in {patterns}) unset "$_name";; esac; done; unset _name'
    )
    variables = {**lab_variables("", state), **FOR_COMMANDS}
    ours = variables.pop("PATH").rstrip(os.pathsep)
    exports = [f"export {name}={shlex.quote(value)}" for name, value in variables.items()]
    return "\n".join([drop, *exports, f'export PATH={shlex.quote(ours)}:"$PATH"'])


def lay(state: LabState) -> None:
    """Write what the terminals read when they open."""
    write_private(paths().state / "terminal.rc", RC.format(lines=shell_lines(state)))


def forget() -> None:
    """Remove it, with the lab whose addresses it names."""
    (paths().state / "terminal.rc").unlink(missing_ok=True)


def command() -> list[str]:
    """What a terminal of JupyterLab runs: not a login shell, whose files would undo the PATH."""
    rc = str(paths().state / "terminal.rc")
    if bash := shutil.which("bash"):
        return [bash, "--rcfile", rc, "-i"]
    return ["/usr/bin/env", f"ENV={rc}", "/bin/sh", "-i"]


def _upper(names: tuple[str, ...]) -> list[str]:
    """Proxy variables are read in both cases."""
    return [name.upper() for name in names]
