"""AWS services by MiniStack, a process that speaks LocalStack's protocol."""

import sys
from typing import ClassVar

from cloudlab.lab.environment import REGION
from cloudlab.lab.parts.base import Context, Launch, ProcessPart
from cloudlab.lab.paths import paths, private_folder
from cloudlab.lab.ports import HOST


class MiniStack(ProcessPart):
    """S3, DynamoDB, Lambda, IAM, CloudWatch and the rest, in memory."""

    name = "aws"
    title = "AWS services"
    backend = "MiniStack"
    preferred_port: ClassVar[int | None] = 4576
    keeps_data = True
    health: ClassVar[str | None] = "/_localstack/health"

    def launch(self, context: Context) -> Launch:
        """On loopback alone, without its MQTT listener, its files in the lab's folder."""
        home = private_folder(paths().state / "ministack")
        env = {
            "GATEWAY_PORT": str(context.ports[self.name]),
            "BIND_HOST": HOST,
            "IOT_MTLS_ENABLED": "0",
            "MINISTACK_REGION": REGION,
            "S3_DATA_DIR": str(home / "s3"),
            "STATE_DIR": str(home / "state"),
            "TMPDIR": str(home),
        }
        return Launch(
            (sys.executable, "-m", "cloudlab.lab.emulators.ministack_mended"), env, cwd=home
        )
