"""What ministack drops of a REST API's body, given to it by the calls that stand for it.

It imports paths with their methods, integrations and authorizers. It does not import `ANY`, request
validators, models and gateway responses, though it keeps to all of them once it has them.
"""

import json
import re
from collections.abc import Mapping
from typing import Any

ANY = "x-amazon-apigateway-any-method"
RESPONSES = "x-amazon-apigateway-gateway-responses"
VALIDATOR = "x-amazon-apigateway-request-validator"
VALIDATORS = "x-amazon-apigateway-request-validators"
INTEGRATION = "x-amazon-apigateway-integration"


def complete(client: Any, api_id: str, body: Mapping[str, Any], values: Mapping[str, str]) -> None:
    """Give an API the rest of its body and deploy it; `values` are what `${...}` stands for."""
    body = resolved(body, values)
    for name, schema in body["components"]["schemas"].items():
        client.create_model(
            restApiId=api_id, name=name, contentType="application/json", schema=json.dumps(schema)
        )
    validators = {
        name: client.create_request_validator(restApiId=api_id, name=name, **rules)["id"]
        for name, rules in body[VALIDATORS].items()
    }
    for kind, response in body[RESPONSES].items():
        client.put_gateway_response(restApiId=api_id, responseType=kind, **response)
    ids = {
        item["path"]: item["id"]
        for item in client.get_resources(restApiId=api_id, limit=500)["items"]
    }
    for path, methods in body["paths"].items():
        if ANY in methods:
            where = {"restApiId": api_id, "resourceId": ids[path], "httpMethod": "ANY"}
            client.put_method(**where, authorizationType="NONE")
            client.put_integration(
                **where,
                type="AWS_PROXY",
                integrationHttpMethod="POST",
                uri=methods[ANY][INTEGRATION]["uri"],
            )
        for method, operation in methods.items():
            if validator := operation.get(VALIDATOR):
                where = {"restApiId": api_id, "resourceId": ids[path], "httpMethod": method.upper()}
                model = model_of(operation)
                _validate(client, where, validators[validator], model)
    client.create_deployment(restApiId=api_id, stageName="prod")


def _validate(client: Any, where: Mapping[str, str], validator: str, model: str) -> None:
    method = client.get_method(**where)
    kept = {
        name: method[name]
        for name in ("authorizationType", "authorizerId", "authorizationScopes")
        if name in method
    }
    integration = method["methodIntegration"]
    client.put_method(
        **where, **kept, requestValidatorId=validator, requestModels={"application/json": model}
    )
    client.put_integration(
        **where, type=integration["type"], integrationHttpMethod="POST", uri=integration["uri"]
    )


def model_of(operation: Mapping[str, Any]) -> str:
    """Name the model of an operation's body."""
    reference = operation["requestBody"]["content"]["application/json"]["schema"]["$ref"]
    return str(reference).rpartition("/")[2]


def resolved(node: Any, values: Mapping[str, str]) -> Any:
    """Put values in the place of `Fn::Sub`."""
    if isinstance(node, list):
        return [resolved(child, values) for child in node]
    if not isinstance(node, Mapping):
        return node
    if "Fn::Sub" in node:
        return re.sub(r"\$\{([^}]+)\}", lambda found: values[found[1]], node["Fn::Sub"])
    return {key: resolved(value, values) for key, value in node.items()}
