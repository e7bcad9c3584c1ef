"""Do a job, whatever kind it is."""

from photohq.events.port import Job, JobKind
from photohq.imaging.port import Pictures
from photohq.operations.app import App
from photohq.operations.process_photo import give_up_processing, process_photo
from photohq.operations.render_edit import fail_edit, render_edit
from photohq.photos.photo import Status
from photohq.photos.pictures import Reason


def work(app: App, pictures: Pictures, job: Job) -> Status | None:
    """Process a picture, or render an edit; answers what became of it, None where there was nothing
    to do. Raises what has to be tried again."""
    if job.kind is JobKind.RENDER:
        return render_edit(app, pictures, job)
    return process_photo(app, pictures, job)


def give_up(app: App, job: Job) -> None:
    """Make failed what could not be done however often it was tried."""
    if job.kind is JobKind.RENDER:
        fail_edit(app, job, Reason.PROCESSING_FAILED)
    else:
        give_up_processing(app, job)
