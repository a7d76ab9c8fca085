#| expect: not yet
#| says: the name doesn't begin with start-.
# The name is a remark: any will do.
s3.create_bucket(Bucket="my-start", CreateBucketConfiguration=where)
s3.put_bucket_versioning(Bucket="my-start", VersioningConfiguration={"Status": "Enabled"})
