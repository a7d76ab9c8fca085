#| expect: not yet
#| says: still there
#| undo: mv terraform.tfstate.removed terraform.tfstate
# No state, no resources.
from pathlib import Path

Path("terraform.tfstate").rename("terraform.tfstate.removed")
