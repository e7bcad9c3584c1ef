"""What has become of a version that was asked for."""

from photohq.client.errors import UploadFailed
from photohq.client.recipes import Rendering
from photohq.client.shapes import Metadata, Ticket, Version


def version_of(ticket: Ticket | Rendering, metadata: Metadata) -> Version:
    """Find the version that a ticket has become, or is still to become.

    Raises UploadFailed: an edit whose bytes are not what was announced is taken back, as if it had
    never come, and the count with it.
    """
    if ticket.edit_count is None:
        return metadata.original
    edited = metadata.edited
    if edited is None or edited.edit_count < ticket.edit_count:
        raise UploadFailed("undone", "it was taken back, as if it had never come")
    return edited.pending or edited
