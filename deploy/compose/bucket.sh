#!/bin/sh
# Makes the bucket, and a user that may use this bucket and nothing else. Safe to run again.
set -eu
mc alias set store http://minio:9000 "$MINIO_ROOT_USER" "$MINIO_ROOT_PASSWORD"
mc mb --ignore-existing "store/$S3_BUCKET"
mc admin policy create store askframe-bucket /bucket-policy.json
mc admin user add store "$S3_ACCESS_KEY" "$S3_SECRET_KEY"
# Attaching what is attached already counts as an error, so look first.
if ! mc admin user info store "$S3_ACCESS_KEY" | grep -q askframe-bucket; then
    mc admin policy attach store askframe-bucket --user "$S3_ACCESS_KEY"
fi
