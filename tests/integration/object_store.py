"""An object store of the tests' own: moto's S3 on a loopback port.

Here: starting it, and what makes a process use it. Not here: what is stored.
"""

from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def running_object_store(bucket: str) -> Iterator[dict[str, str]]:
    """Start a store with one empty bucket; yields the variables with which a process finds it."""
    import boto3
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        keys = {"AWS_ACCESS_KEY_ID": "made", "AWS_SECRET_ACCESS_KEY": "made", "AWS_DEFAULT_REGION": "us-east-1"}
        address = f"http://{host}:{port}"
        boto3.client(
            "s3",
            endpoint_url=address,
            aws_access_key_id=keys["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=keys["AWS_SECRET_ACCESS_KEY"],
            region_name=keys["AWS_DEFAULT_REGION"],
        ).create_bucket(Bucket=bucket)
        yield {**keys, "AWS_ENDPOINT_URL": address}
    finally:
        server.stop()
