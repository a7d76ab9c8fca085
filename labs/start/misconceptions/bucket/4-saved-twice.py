#| expect: not yet
#| says: start-twice keeps no old versions
# What is saved twice is there twice.
s3.create_bucket(Bucket="start-twice", CreateBucketConfiguration=where)
s3.put_object(Bucket="start-twice", Key="plan.txt", Body=b"one")
s3.put_object(Bucket="start-twice", Key="plan.txt", Body=b"two")
