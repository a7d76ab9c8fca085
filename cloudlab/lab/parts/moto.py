"""Networks, load balancers, Auto Scaling and databases by moto's server."""

import sys
from typing import ClassVar

from cloudlab.lab.parts.base import Context, Launch, ProcessPart
from cloudlab.lab.paths import paths, private_folder
from cloudlab.lab.ports import HOST

#: The account of the other services: behind one endpoint there is one account.
ACCOUNT = "000000000000"
#: The services that moto serves, as SigV4 names them.
SERVICES = ("ec2", "elasticloadbalancing", "autoscaling", "rds")


class Moto(ProcessPart):
    """EC2 and VPC, ELBv2, Auto Scaling, RDS, in memory."""

    name = "aws-network"
    title = "networks, servers, databases"
    backend = "moto"
    preferred_port: ClassVar[int | None] = 4586
    keeps_data = True
    health: ClassVar[str | None] = "/moto-api/config"

    def launch(self, context: Context) -> Launch:
        """With the account of the rest. Its many threads share two heaps, not one each."""
        home = private_folder(paths().state / "moto")
        argv = (sys.executable, "-m", "cloudlab.lab.emulators.moto_mended", "-H", HOST, "-p")
        env = {"MOTO_ACCOUNT_ID": ACCOUNT, "TMPDIR": str(home), "MALLOC_ARENA_MAX": "2"}
        return Launch((*argv, str(context.ports[self.name])), env, cwd=home)
