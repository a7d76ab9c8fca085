"""One address for all of AWS: Caddy looks at the service that a request is signed for.

boto3, Terraform, awslocal and localstack-client then need one endpoint and see one account.
"""

import sys
from pathlib import Path
from typing import ClassVar

from cloudlab.lab.parts.base import Context, Launch, ProcessPart
from cloudlab.lab.parts.moto import SERVICES
from cloudlab.lab.paths import paths, private_folder
from cloudlab.lab.ports import HOST

#: The header by which a client knows a dead backend from a cloud's own error.
PART_DOWN_HEADER = "X-Lab-Part-Down"

# Caddy is handed its listener: by itself it would share a port with another lab's (SO_REUSEPORT).
# The signed scope stands in the Authorization header or, in a presigned address, in the query:
# .../us-west-2/ec2/aws4_request; moto itself looks at the header alone, so it's given one. The
# reply for a dead backend is what clients of the Query protocol parse, EC2's in the second place;
# others see its header. It isn't a 5xx: Terraform would repeat the call 25 times, for many minutes.
CADDYFILE = """\
{{
	admin off
	auto_https off
	persist_config off
	grace_period 1s
	log {{
		level WARN
	}}
}}
http://:{port} {{
	bind fd/{{$LAB_LISTENER}}
	vars scope "{{header.Authorization}} {{query.X-Amz-Credential}}"
	handle /_lab/alive {{
		respond "alive"
	}}
{routes}
	handle_errors {{
		header {down} {{vars.part}}
		respond "<ErrorResponse>{error}<Errors>{error}</Errors></ErrorResponse>" 424
	}}
}}
"""
ERROR = (
    "<Error><Code>LabPartDown</Code><Message>{vars.part} does not answer: cloudlab up"
    "</Message></Error>"
)
NETWORK_ROUTE = """\
	@network vars_regexp scope "/({services})/aws4_request"
	handle @network {{
		vars part aws-network
		@presigned query X-Amz-Credential=*
		request_header @presigned Authorization "Presigned Credential={{query.X-Amz-Credential}}"
		reverse_proxy {host}:{port}
	}}
"""
REST_ROUTE = """\
	handle {{
		vars part aws
		reverse_proxy {host}:{port}
	}}"""


def caddyfile(port: int, rest: int, network: int | None) -> str:
    """Caddy's configuration: `network` serves moto's services, `rest` everything else."""
    routes = REST_ROUTE.format(host=HOST, port=rest)
    if network:
        services = "|".join(SERVICES)
        routes = NETWORK_ROUTE.format(services=services, host=HOST, port=network) + routes
    return CADDYFILE.format(port=port, routes=routes, down=PART_DOWN_HEADER, error=ERROR)


class Gateway(ProcessPart):
    """Caddy on LocalStack's usual port."""

    name = "aws-endpoint"
    title = "one AWS endpoint"
    backend = "Caddy"
    fidelity = "real"
    preferred_port: ClassVar[int | None] = 4566
    health: ClassVar[str | None] = "/_lab/alive"

    def launch(self, context: Context) -> Launch:
        """With folders of its own, and no admin port."""
        home = private_folder(paths().state / "caddy")
        ports = context.ports
        text = caddyfile(ports[self.name], ports["aws"], ports.get("aws-network"))
        config = home / "Caddyfile"
        caddy = str(Path(sys.prefix) / "bin" / "caddy")
        argv = (caddy, "run", "--adapter", "caddyfile", "--config", str(config))
        env = {"XDG_DATA_HOME": str(home), "XDG_CONFIG_HOME": str(home), "HOME": str(home)}
        return Launch(argv, env, {config: text}, cwd=home, listen=ports[self.name])
