"""XMP sidecars, which are no JSON."""

from photohq.api.messages import Request, Response
from photohq.operations.recipe_views import RecipeSidecar
from photohq.photos.filenames import attachment

XMP = "application/rdf+xml"
"""What ISO 16684-1 names for a file that is an XMP packet."""


def write_sidecar(view: RecipeSidecar, _: Request) -> Response:
    """Answer a file to be saved beside the original; its first line says what it lacks."""
    left_out = ", ".join(view.left_out)
    told = f"<!-- Not carried: {left_out} -->\n" if left_out else ""
    headers = {
        "Content-Type": XMP,
        "Content-Disposition": attachment(view.filename),
        "ETag": f'"{view.revision}"',
    }
    return Response(status=200, headers=headers, body=(told + view.text).encode())
