"""`python -m wordcount`.

Signals first, all else after: process 1 of a container ignores a SIGTERM that it has no handler
for, and the imports below take a while. A stop in that time would have to wait for the kill.
"""

import signal
import sys
import threading

stop = threading.Event()
for number in (signal.SIGTERM, signal.SIGINT):
    signal.signal(number, lambda *_: stop.set())

if __name__ == "__main__":
    from wordcount.service import main

    sys.exit(main(stop))
