#| expect: passed
#| says: keeps old versions
# A second right answer: boto3's other, object-like door to the same service.
bucket = boto3.resource("s3").create_bucket(
    Bucket="start-resource", CreateBucketConfiguration=where
)
bucket.Versioning().enable()
