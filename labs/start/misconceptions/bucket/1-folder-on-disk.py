#| expect: not attempted
#| says: on your disk isn't one
# A bucket is a folder, and the cloud runs on this machine.
from pathlib import Path

Path("start-first").mkdir(exist_ok=True)
