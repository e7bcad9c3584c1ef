"""What AWS reports: its services' metrics, each by which dimensions, and the fields of its logs."""

EMITTED = {
    # https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
    "AWS/Lambda": {
        "Invocations": [{"FunctionName"}],
        "Errors": [{"FunctionName"}],
        "Throttles": [{"FunctionName"}],
        "Duration": [{"FunctionName"}],
        "ConcurrentExecutions": [{"FunctionName"}],
    },
    # https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-metrics-and-dimensions.html
    "AWS/ApiGateway": {
        "Count": [{"ApiName", "Stage"}],
        "4XXError": [{"ApiName", "Stage"}],
        "5XXError": [{"ApiName", "Stage"}],
        "Latency": [{"ApiName", "Stage"}],
        "IntegrationLatency": [{"ApiName", "Stage"}],
    },
    # https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/metrics-dimensions.html
    "AWS/DynamoDB": {
        "ConsumedReadCapacityUnits": [{"TableName"}, {"TableName", "GlobalSecondaryIndexName"}],
        "ConsumedWriteCapacityUnits": [{"TableName"}, {"TableName", "GlobalSecondaryIndexName"}],
        "ReadThrottleEvents": [{"TableName"}, {"TableName", "GlobalSecondaryIndexName"}],
        "WriteThrottleEvents": [{"TableName"}, {"TableName", "GlobalSecondaryIndexName"}],
        "SuccessfulRequestLatency": [{"TableName", "Operation"}],
        "SystemErrors": [{"TableName", "Operation"}],
    },
    # https://docs.aws.amazon.com/AmazonS3/latest/userguide/metrics-dimensions.html
    "AWS/S3": {
        "AllRequests": [{"BucketName", "FilterId"}],
        "4xxErrors": [{"BucketName", "FilterId"}],
        "5xxErrors": [{"BucketName", "FilterId"}],
        "BytesUploaded": [{"BucketName", "FilterId"}],
        "BytesDownloaded": [{"BucketName", "FilterId"}],
    },
    # https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
    "AWS/SQS": {
        "ApproximateNumberOfMessagesVisible": [{"QueueName"}],
        "ApproximateAgeOfOldestMessage": [{"QueueName"}],
    },
}

# https://docs.aws.amazon.com/lambda/latest/dg/python-logging.html
LOGGED = {
    "timestamp",
    "level",
    "message",
    "logger",
    "requestId",
    "errorType",
    "errorMessage",
    "stackTrace",
    "location",
}
"""The fields of what Python's logging says on Lambda, beside those that the code adds to a line."""

# https://docs.aws.amazon.com/lambda/latest/dg/telemetry-schema-reference.html#platform-report
REPORTED = {"time", "type", "record.requestId", "record.status"} | {
    f"record.metrics.{name}"
    for name in (
        "durationMs",
        "billedDurationMs",
        "memorySizeMB",
        "maxMemoryUsedMB",
        "initDurationMs",
    )
}
"""The fields of what Lambda says of an invocation."""
