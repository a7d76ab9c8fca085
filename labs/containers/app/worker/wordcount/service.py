"""Read the environment, work, stop within two seconds when told to."""

import logging
import os
import socket
import threading
from pathlib import Path

from wordcount.logs import log_json
from wordcount.loop import Worker
from wordcount.queue import Queue, connect
from wordcount.serving import make_server
from wordcount.store import Store

PORT = 9000
#: Seconds for the job in hand. What isn't put back by then stays in this worker's list on Redis,
#: from where another worker takes it.
STOP_WITHIN = 1.2

log = logging.getLogger("wordcount")


def main(stop: threading.Event) -> int:
    """Work until `stop` is set. Exit code 1 after a crash: then the engine starts it again."""
    name = socket.gethostname()  # in a container: its id
    log_json(service="worker", instance=name)
    queue = Queue(connect(url("REDIS", "redis://redis:6379"), password("REDIS")), name)
    database = url("DATABASE", "postgresql://user@db:5432/myapp")
    store = Store(database, password("DATABASE"), name)
    server = make_server(PORT, {"redis": queue.ping, "database": store.ping})
    threading.Thread(target=server.serve_forever, daemon=True).start()
    # In a thread: the main one must be free to hear the signal, even while a connection hangs.
    crashed = threading.Event()
    worker = Worker(queue, store, stop, seconds())
    work = threading.Thread(target=run, args=(worker, stop, crashed), daemon=True)
    work.start()
    log.info("working")
    stop.wait()
    log.info("stopping")
    work.join(STOP_WITHIN)
    return 1 if crashed.is_set() else 0


def run(worker: Worker, stop: threading.Event, crashed: threading.Event) -> None:
    """Work; a crash ends the process, since a worker that does nothing must not look alive."""
    try:
        worker.run()
    except BaseException:
        log.exception("crashed")
        crashed.set()
        stop.set()
        raise


def url(name: str, otherwise: str) -> str:
    """The address of a dependency: NAME_URL."""
    return os.environ.get(f"{name}_URL") or otherwise


def password(name: str) -> str | None:
    """What stands in the file NAME_PASSWORD_FILE: an environment is no place for a secret."""
    file = os.environ.get(f"{name}_PASSWORD_FILE")
    return Path(file).read_text().strip() if file else None


def seconds() -> float:
    """How long each job takes on top of the counting: WORK_SECONDS."""
    return float(os.environ.get("WORK_SECONDS") or 0)
