#| expect: passed
# A second right answer: put the route back by the API, at once.
import boto3

ec2 = boto3.client("ec2")
tables = ec2.describe_route_tables(Filters=[{"Name": "tag:Name", "Values": ["iaas-public"]}])
gateways = ec2.describe_internet_gateways(Filters=[{"Name": "tag:Section", "Values": ["iaas"]}])
ec2.create_route(
    RouteTableId=tables["RouteTables"][0]["RouteTableId"],
    DestinationCidrBlock="0.0.0.0/0",
    GatewayId=gateways["InternetGateways"][0]["InternetGatewayId"],
)
answer("iaas.outage", cause="public-route")
