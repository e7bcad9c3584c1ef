"""The journey with boto3, on the deployed stack; `make test-aws` runs the whole contract there."""

from tests.journeys.test_journey import test_from_sign_up_to_the_last_delete

__all__ = ["test_from_sign_up_to_the_last_delete"]
