"""The three questions to the roles: is something refused that is needed, granted that is not used,
or allowed that is nobody's business?"""

from collections.abc import Iterable, Mapping

from tests.aws.iam.policies import Document, Grant, grants
from tests.aws.iam.requests import Request
from tests.aws.iam.simulator import decide

Roles = Mapping[str, Mapping[str, Document]]
Used = Mapping[str, Iterable[Request]]
Finding = tuple[str, str, str]
"""Function, action, resource."""


def few(requests: Iterable[Request]) -> list[Request]:
    """Answer one request of each kind: all renditions are one to a role, and all other objects of a
    bucket."""
    kinds = {(request.action, _place(request.resource)): request for request in requests}
    return list(kinds.values())


def refused(
    used: Used,
    roles: Roles,
    resource_policies: Mapping[str, Document],
    boundary: Document | None = None,
) -> list[Finding]:
    """Answer what a function does that its role, the boundary, or a resource's policy does not
    allow."""
    asked = [(name, request) for name in used for request in used[name]]
    decisions = decide(asked, roles, resource_policies, boundary)
    return [
        (name, request.action, request.resource)
        for (name, request), decision in zip(asked, decisions, strict=True)
        if not decision.allowed
    ]


def unused(used: Used, roles: Roles) -> list[tuple[str, Grant]]:
    """Answer what a role grants that its function does not do: each action on each resource is a
    role of its own, and something that the function does must be allowed by it."""
    apart = {(name, grant): f"{name} {grant}" for name in roles for grant in grants(roles[name])}
    asked = [(at, request) for at in apart for request in used[at[0]]]
    decisions = decide(
        [(apart[at], request) for at, request in asked],
        {one: {grant.policy: grant.document} for (_, grant), one in apart.items()},
    )
    needed = {at for (at, _), made in zip(asked, decisions, strict=True) if made.allowed}
    return [at for at in apart if at not in needed]


def excessive(
    requests: Iterable[Request], used: Used, roles: Roles, boundary: Document | None = None
) -> list[Finding]:
    """Answer which of some requests a role allows, within the boundary, though its function never
    does it. Who needs any object of a bucket may have its renditions."""
    known = {
        name: {(request.action, _place(request.resource)) for request in used[name]}
        for name in roles
    }
    asked = [
        (name, request)
        for request in requests
        for name in roles
        if not known[name] & {(request.action, place) for place in _places(request.resource)}
    ]
    decisions = decide(asked, roles, boundary=boundary)
    return [
        (name, request.action, request.resource)
        for (name, request), decision in zip(asked, decisions, strict=True)
        if decision.allowed
    ]


def _places(resource: str) -> set[str]:
    return {_place(resource), _place(resource.replace("/renditions/", "/"))}


def _place(resource: str) -> str:
    bucket, slash, key = resource.partition("/")
    if not (slash and bucket.startswith("arn:aws:s3:::")):
        return resource
    return f"{bucket}/*/renditions/*" if "/renditions/" in key else f"{bucket}/*"
