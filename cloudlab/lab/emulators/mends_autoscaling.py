"""Mends of moto's Auto Scaling: where it launches, whom it replaces, what it refuses.

- a group launches all its instances into its first subnet, so in one zone;
- an unhealthy instance is not replaced;
- a dead instance stays in the target group, and its successor is not registered;
- a group may be told to want fewer instances than its minimum, or more than its maximum;
- a policy that isn't there breaks the server, whose answer no client can read;
- a policy's answer lacks `Enabled` and has an empty predictive part, so that no plan is empty.
"""

from __future__ import annotations

from collections import Counter
from typing import Any, NoReturn

from moto.autoscaling.exceptions import AutoscalingClientError
from moto.autoscaling.models import AutoScalingBackend, FakeAutoScalingGroup, FakeScalingPolicy
from moto.autoscaling.responses import AutoScalingResponse

from cloudlab.lab.emulators.mends_ec2 import group_of, replace

_new_policy = FakeScalingPolicy.__init__
_launch = FakeAutoScalingGroup.replace_autoscaling_group_instances
_after_death = AutoScalingBackend.notify_terminate_instances
_set_desired = AutoScalingResponse.set_desired_capacity
_set_health = AutoScalingBackend.set_instance_health
_end_one = AutoScalingBackend.terminate_instance
_carry_out = AutoScalingBackend.execute_policy


# Groups: where instances are launched, how many are wanted, which are replaced


def launch(self: FakeAutoScalingGroup, count: int, tags: dict[str, str]) -> None:
    """Launch one by one, each into the subnet that holds the fewest of the group's instances."""
    subnets = self.vpc_zone_identifier
    for _ in range(count):
        if subnets:
            self.vpc_zone_identifier = ",".join(_emptiest_first(self, subnets.split(",")))
        _launch(self, 1, dict(tags))
    self.vpc_zone_identifier = subnets


def _emptiest_first(group: FakeAutoScalingGroup, subnets: list[str]) -> list[str]:
    held = Counter(state.instance.subnet_id for state in group.active_instances())
    return sorted(subnets, key=lambda subnet: held[subnet])


def set_desired(self: AutoScalingResponse) -> Any:
    """Refuse a number outside the group's limits, or a group that isn't there, in AWS's words."""
    name = self._get_param("AutoScalingGroupName")
    group = self.autoscaling_backend.autoscaling_groups.get(name)
    if group is None:
        _refuse(f"AutoScalingGroup name not found - Group {name} not found")
    wanted = self._get_int_param("DesiredCapacity")
    least, most = _limits(group)
    if wanted < least:
        _refuse(f"New SetDesiredCapacity value {wanted} is below min value {least}")
    if wanted > most:
        _refuse(f"New SetDesiredCapacity value {wanted} is above max value {most}")
    return _set_desired(self)


def carry_out(self: AutoScalingBackend, policy: str) -> None:
    """Refuse to carry out a policy that nobody made."""
    if policy not in self.policies:
        _refuse(f"PolicyName not found - Policy {policy} not found")
    _carry_out(self, policy)


def change_capacity(self: AutoScalingBackend, group_name: str, adjustment: int | None) -> None:
    """Carry out a policy's step; at the group's limit a policy does nothing."""
    group = self.autoscaling_groups[group_name]
    least, most = _limits(group)
    wanted = (group.desired_capacity or 0) + (adjustment or 0)
    self.set_desired_capacity(group_name, max(least, min(most, wanted)))


def _limits(group: FakeAutoScalingGroup) -> tuple[int, int]:
    return group.min_size or 0, group.max_size or 0


def new_policy(self: FakeScalingPolicy, *args: Any, **kwargs: Any) -> None:
    """Make a policy that says that it is enabled, and nothing of predictions that it lacks."""
    _new_policy(self, *args, **kwargs)
    self.enabled = True  # type: ignore[attr-defined]
    if not self.predictive_scaling_configuration:
        self.predictive_scaling_configuration = None  # type: ignore[assignment]


def end_one(self: AutoScalingBackend, instance_id: str, should_decrement: bool) -> Any:
    """Refuse to end an instance without a successor where that would break the minimum."""
    group = group_of(self.ec2_backend.get_instance(instance_id))
    if group and should_decrement and (group.desired_capacity or 0) <= _limits(group)[0]:
        _refuse(
            f"Currently, desiredSize equals minSize ({group.min_size}). Terminating instance "
            "without replacement will violate group's min size constraint."
        )
    return _end_one(self, instance_id, should_decrement)


def _refuse(why: str) -> NoReturn:
    raise AutoscalingClientError("ValidationError", why)


def set_health(self: AutoScalingBackend, instance_id: str, health_status: str) -> None:
    """Mark an instance; one marked unhealthy is replaced."""
    _set_health(self, instance_id, health_status)
    if health_status == "Unhealthy":
        replace(self.ec2_backend.get_instance(instance_id))


# Target groups: the group's instances, no more and no fewer


def after_death(self: AutoScalingBackend, instance_ids: list[str]) -> None:
    """Replace the dead, then tell the target groups."""
    _after_death(self, instance_ids)
    for group_name in self.autoscaling_groups:
        self.update_attached_target_groups(group_name)


def update_targets(self: AutoScalingBackend, group_name: str) -> None:
    """Register whom the group has, and forget whom it has no longer."""
    group = self.autoscaling_groups[group_name]
    alive = [s.instance.id for s in group.instance_states if s.instance.state == "running"]
    for arn in group.target_group_arns or []:
        target_group = self.elbv2_backend.target_groups.get(arn)
        if target_group:
            gone = [target for target in target_group.targets if target not in alive]
            target_group.deregister([{"Id": target} for target in gone])
            target_group.register([{"Id": target} for target in alive])


MENDS: list[tuple[type, str, Any]] = [
    (FakeAutoScalingGroup, "replace_autoscaling_group_instances", launch),
    (FakeScalingPolicy, "__init__", new_policy),
    (AutoScalingResponse, "set_desired_capacity", set_desired),
    (AutoScalingBackend, "change_capacity", change_capacity),
    (AutoScalingBackend, "execute_policy", carry_out),
    (AutoScalingBackend, "terminate_instance", end_one),
    (AutoScalingBackend, "set_instance_health", set_health),
    (AutoScalingBackend, "notify_terminate_instances", after_death),
    (AutoScalingBackend, "update_attached_target_groups", update_targets),
]
