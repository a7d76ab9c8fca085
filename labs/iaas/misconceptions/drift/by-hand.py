#| expect: passed
# A second right answer: take it out by the door that it came in through.
import boto3

ec2 = boto3.client("ec2")
filters = [{"Name": "tag:Name", "Values": ["iaas-web"]}]
web = ec2.describe_security_groups(Filters=filters)["SecurityGroups"][0]
rogue = [rule for rule in web["IpPermissions"] if rule.get("FromPort") != 80]
if rogue:
    ec2.revoke_security_group_ingress(GroupId=web["GroupId"], IpPermissions=rogue)
