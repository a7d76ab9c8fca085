"""Runs notebooks in a sealed room, and tells whom they would have called.

The test starts this file in network and mount namespaces of its own. There every address leads
back to this machine, where nobody listens but a name server that knows no name. So a call to the
outside fails at once, and is noted: the name that was asked for, or the address that was tried.

    unshare --net --mount … python sealed.py FOLDER SECONDS NOTEBOOK…

prints JSON: {"names": [[name, cells]], "addresses": [[address, cells]], "lost": packets that
weren't looked at, "cells": [[notebook, source, what it said, seconds]]}. `cells` are those that
were running then.
"""

from __future__ import annotations

import ipaddress
import json
import socket
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import nbformat
import psutil
from nbclient import NotebookClient

ALL_PROTOCOLS = 0x0003
SOL_PACKET, PACKET_STATISTICS = 263, 6
BUFFER = 16 << 20

#: Every address is ours: a packet to any of them comes back to the loopback device.
ROUTES = ["link set lo up", "route add local 0.0.0.0/0 dev lo", "-6 route add local ::/0 dev lo"]


class Witness:
    """Notes names and addresses, each with the cells that were running."""

    def __init__(self) -> None:
        self.running: dict[str, str] = {}
        self.names: dict[str, list[str]] = {}
        self.addresses: dict[str, list[str]] = {}
        self.dead: set[str] = set()
        self._packets = socket.socket(
            socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(ALL_PROTOCOLS)
        )
        self._packets.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER)
        self._questions = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._questions.bind(("127.0.0.1", 53))

    def watch(self) -> None:
        """Look at questions and packets from now on."""
        for work in (self._answer, self._look):
            threading.Thread(target=_for_ever, args=(work,), daemon=True).start()

    def lost(self) -> int:
        """Packets that came too fast to be looked at."""
        found = self._packets.getsockopt(SOL_PACKET, PACKET_STATISTICS, 8)
        return int(struct.unpack("II", found)[1])

    def _answer(self) -> None:
        """There is no such name (NXDOMAIN)."""
        question, sender = self._questions.recvfrom(4096)
        self.names.setdefault(_name(question[12:]), list(self.running.values()))
        head = question[:2] + b"\x81\x83" + question[4:6] + bytes(6)
        self._questions.sendto(head + question[12:], sender)

    def _look(self) -> None:
        packet, _ = self._packets.recvfrom(64)
        address = ipaddress.ip_address(packet[16:20] if packet[0] >> 4 == 4 else packet[24:40])
        if not address.is_loopback:
            self.addresses.setdefault(str(address), list(self.running.values()))
        if _tcp_port(packet) == 1:
            self.dead.update(self.running.values())


def _for_ever(work: Callable[[], None]) -> None:
    while True:
        work()


def _tcp_port(packet: bytes) -> int | None:
    """The port that an IPv4 packet of TCP goes to."""
    if packet[0] >> 4 != 4 or packet[9] != socket.IPPROTO_TCP:
        return None
    length = (packet[0] & 15) * 4
    return int.from_bytes(packet[length + 2 : length + 4])


def _name(labels: bytes) -> str:
    """A name as DNS writes it: each label with its length before it."""
    words = []
    while length := labels[0]:
        words.append(labels[1 : 1 + length].decode(errors="replace"))
        labels = labels[1 + length :]
    return ".".join(words)


def seal(folder: Path) -> None:
    """Let every address lead back here, and every name be asked for here."""
    for words in ROUTES:
        subprocess.run(["ip", *words.split()], check=True)
    files = {"resolv.conf": "nameserver 127.0.0.1\n", "nsswitch.conf": "hosts: files dns\n"}
    for name, text in files.items():
        (folder / name).write_text(text)
        subprocess.run(["mount", "--bind", folder / name, Path("/etc") / name], check=True)


def run(notebook: Path, seconds: int, witness: Witness) -> list[tuple[str, str, str, float]]:
    """Run every code cell, whatever becomes of those before it."""
    content = nbformat.read(notebook, as_version=4)
    client = NotebookClient(
        content,
        timeout=seconds,
        allow_errors=True,
        interrupt_on_timeout=True,
        kernel_name="python3",
    )
    cells = []
    with client.setup_kernel():
        for number, cell in enumerate(content.cells):
            if cell.cell_type == "code":
                witness.running[notebook.name] = cell.source
                began = time.monotonic()
                client.execute_cell(cell, number)
                cells.append((notebook.name, cell.source, _said(cell), time.monotonic() - began))
    witness.running.pop(notebook.name)
    return cells


def _said(cell: Any) -> str:
    """What stands below a cell."""
    return "\n".join(
        str(
            out.get("text")
            or out.get("data", {}).get("text/plain")
            or f"{out.get('ename')}: {out.get('evalue')}"
        )
        for out in cell.outputs
    )


def main(folder: Path, seconds: int, notebooks: list[Path]) -> None:
    """Seal the room, run the notebooks side by side, tell what was seen."""
    seal(folder)
    witness = Witness()
    witness.watch()
    with ThreadPoolExecutor() as pool:
        told = list(pool.map(lambda one: run(one, seconds, witness), notebooks))
    for left in psutil.Process().children(recursive=True):
        left.kill()
    seen = {
        "names": list(witness.names.items()),
        "addresses": list(witness.addresses.items()),
        "lost": witness.lost(),
        "dead": sorted(witness.dead),
        "cells": [cell for cells in told for cell in cells],
    }
    print(json.dumps(seen))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), [Path(one) for one in sys.argv[3:]])
