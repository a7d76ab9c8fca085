#| expect: not yet
#| says: start-elsewhere is in eu-central-1
# A cloud is everywhere: the region makes no difference.
europe = boto3.client("s3", region_name="eu-central-1")
europe.create_bucket(
    Bucket="start-elsewhere", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"}
)
europe.put_bucket_versioning(
    Bucket="start-elsewhere", VersioningConfiguration={"Status": "Enabled"}
)
