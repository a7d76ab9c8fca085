"""Start a virtual machine that switches itself off, and say what that took.

Its disk is one sector: a program of a few bytes, for a processor that has been switched on a moment
ago. There is no system on it, so this is the least that a virtual machine can take.
"""

import shutil
import subprocess
import tempfile
import time
from pathlib import Path

QEMU = "qemu-system-x86_64"
SECTOR, SIGNATURE = 512, b"\x55\xaa"
# mov dx, 0xf4; mov al, 0; out dx, al; hlt: writes to the port of a device that ends QEMU.
PROGRAM = b"\xba\xf4\x00\xb0\x00\xee\xf4"
OFF = ["-device", "isa-debug-exit,iobase=0xf4,iosize=0x01"]
ENDED = 1  # that device's exit code for a written 0
SECONDS = 60


def main() -> None:
    """Run it, or say why not."""
    if shutil.which(QEMU) is None:
        print(f"{QEMU} isn't on this machine. Where it is, this takes half a second or more.")
        return
    with tempfile.TemporaryDirectory() as folder:
        disk = Path(folder) / "disk"
        disk.write_bytes(PROGRAM.ljust(SECTOR - len(SIGNATURE), b"\0") + SIGNATURE)
        took, megabytes = run(disk)
    print(f"a virtual machine without a system: {took:.2f} s, up to {megabytes:.0f} MB")


def run(disk: Path) -> tuple[float, float]:
    """Seconds from start to end, and the most memory that it held (MB)."""
    drive = ["-drive", f"file={disk},format=raw"]
    began = time.perf_counter()
    machine = subprocess.Popen([QEMU, "-display", "none", "-m", "128", *drive, *OFF])
    most = 0.0
    while machine.poll() is None and time.perf_counter() - began < SECONDS:
        most = max(most, held(machine.pid))
        time.sleep(0.005)
    took = time.perf_counter() - began
    if machine.poll() != ENDED:
        machine.kill()
        raise SystemExit(f"{QEMU} didn't end as it should: {machine.poll()}")
    return took, most


def held(pid: int) -> float:
    """The memory of a process at this moment, in MB; 0 where it has ended."""
    import psutil

    try:
        return float(psutil.Process(pid).memory_info().rss) / 1e6
    except psutil.NoSuchProcess:
        return 0.0


if __name__ == "__main__":
    main()
