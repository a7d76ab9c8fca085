"""Mends of moto's EC2: launch templates, stopped servers of a group, NAT gateways' addresses."""

from __future__ import annotations

from typing import Any

from moto.ec2.models.instances import InstanceBackend
from moto.ec2.models.launch_templates import LaunchTemplate, LaunchTemplateVersion
from moto.ec2.models.nat_gateways import NatGateway, NatGatewayBackend
from moto.ec2.utils import parse_user_data

_new_version = LaunchTemplateVersion.__init__
_stop = InstanceBackend.stop_instances
_delete_nat = NatGatewayBackend.delete_nat_gateway


def new_version(
    self: LaunchTemplateVersion,
    template: LaunchTemplate,
    number: int,
    data: dict[str, Any],
    description: str,
) -> None:
    """Make a version whose user data is wrapped and whose tags are those of what it launches.

    Without it a template's second version makes every later launch fail, and the template's own
    tags come back inside it, so that no plan is ever empty.
    """
    if isinstance(data.get("UserData"), str):
        data["UserData"] = parse_user_data(data["UserData"])
    specs = [spec for spec in data.pop("TagSpecifications", []) if not _is_its_own(spec)]
    if specs:
        data["TagSpecifications"] = specs
    _new_version(self, template, number, data, description)


def _is_its_own(spec: dict[str, Any]) -> bool:
    return spec.get("ResourceType") == "launch-template"


def stop(self: Any, instance_ids: list[str]) -> Any:
    """Stop instances; a group's health check finds its own and replaces them."""
    answer = _stop(self, instance_ids)
    for each in instance_ids:
        replace(self.get_instance(each))
    return answer


def delete_nat(self: Any, nat_gateway_id: str) -> NatGateway:
    """Delete a NAT gateway and let go of its address: the next gateway may have it."""
    gateway = _delete_nat(self, nat_gateway_id)
    lent = [held["allocationId"] for held in gateway.address_set if "allocationId" in held]
    for address in self.address_by_allocation(lent) if lent else []:
        if address.association_id:
            self.disassociate_address(association_id=address.association_id)
    return gateway


def group_of(instance: Any) -> Any | None:
    """The Auto Scaling group that an instance belongs to."""
    return getattr(instance, "autoscaling_group", None)


def replace(instance: Any) -> None:
    """End an instance that belongs to a group; the group makes another one."""
    group = group_of(instance)
    if group:
        group.autoscaling_backend.notify_terminate_instances([instance.id])
        group.autoscaling_backend.ec2_backend.terminate_instances([instance.id])


MENDS: list[tuple[type, str, Any]] = [
    (LaunchTemplateVersion, "__init__", new_version),
    (InstanceBackend, "stop_instances", stop),
    (NatGatewayBackend, "delete_nat_gateway", delete_nat),
]
