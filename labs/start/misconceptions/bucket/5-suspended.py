#| expect: not yet
#| says: has stopped keeping
# Suspended sounds like: waiting until it's needed.
s3.create_bucket(Bucket="start-suspended", CreateBucketConfiguration=where)
s3.put_bucket_versioning(Bucket="start-suspended", VersioningConfiguration={"Status": "Suspended"})
