#| expect: not yet
#| says: start-mine keeps no old versions
# Making it is all: a cloud keeps old versions by itself.
s3.create_bucket(Bucket="start-mine", CreateBucketConfiguration=where)
