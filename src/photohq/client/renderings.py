"""Many photos rendered: asked for in batches, looked after together, each with an outcome."""

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from itertools import islice
from typing import TYPE_CHECKING, Any

import msgspec

from photohq.client.arrival import version_of
from photohq.client.errors import Refused, Unavailable, UploadFailed
from photohq.client.recipes import Rendering
from photohq.client.shapes import Metadata, Status

if TYPE_CHECKING:
    from photohq.client.photo_hq import PhotoHQ

TOGETHER = 50
"""Photos of a request: few enough that all fit into the time that it has on AWS."""
TRIES = 4
"""Requests in a row that carry out nothing, before it is given up."""
FIRST_PAUSE, LONGEST_PAUSE = 0.1, 2.0
PATIENCE = 300
"""Seconds in which none of the renderings is done, before they are not waited for any more."""


class RenderOutcome(StrEnum):
    """What became of a photo: rendered, or begun where that is not waited for; refused by the API,
    or failed while it was rendered."""

    RENDERED = "rendered"
    BEGUN = "begun"
    REFUSED = "refused"
    FAILED = "failed"


class Rendered(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a photo; `reason` is a sentence where it has no new edited version."""

    photo_id: str
    outcome: RenderOutcome
    reason: str | None = None

    @property
    def is_fine(self) -> bool:
        return self.outcome in {RenderOutcome.RENDERED, RenderOutcome.BEGUN}


class Renderings:
    """One run of renderings, as `PhotoHQ.render_many` describes it."""

    def __init__(
        self,
        client: "PhotoHQ",
        wanted: Mapping[str, Any],
        on_done: Callable[[Rendered], object] | None,
        *,
        clock: Callable[[], float],
        sleep: Callable[[float], object],
    ) -> None:
        self._client = client
        self._wanted = {name: value for name, value in wanted.items() if value is not None}
        self._on_done = on_done
        self._clock = clock
        self._sleep = sleep
        self._begun: dict[str, Rendering] = {}
        self._done: dict[str, Rendered] = {}

    def run(self, photo_ids: Sequence[str], *, wait: bool) -> list[Rendered]:
        wanted = list(dict.fromkeys(photo_ids))
        self._ask(deque(wanted))
        if wait:
            self._wait()
        else:
            for photo_id in self._begun:
                self._settle(photo_id, RenderOutcome.BEGUN)
        return [self._done[photo_id] for photo_id in wanted]

    def _ask(self, left: deque[str]) -> None:
        """Ask for all; what the server had no time for is asked for again."""
        in_vain = 0
        while left:
            together = [left.popleft() for _ in range(min(TOGETHER, len(left)))]
            later = self._begin(together)
            in_vain = in_vain + 1 if len(later) == len(together) else 0
            if in_vain == TRIES:
                for photo_id, error in later:
                    self._settle(photo_id, RenderOutcome.REFUSED, str(error))
                in_vain = 0
            elif later:
                left.extendleft(photo_id for photo_id, _ in reversed(later))
                self._sleep(max(error.retry_after or 1 for _, error in later))

    def _begin(self, photo_ids: Sequence[str]) -> list[tuple[str, Refused]]:
        """Ask for some; answers those that the server can't take for now."""
        later: list[tuple[str, Refused]] = []
        operations = [{"op": "render", "photo_id": one, **self._wanted} for one in photo_ids]
        for result in self._client.operate(operations):
            photo_id, refusal = photo_ids[result.index], result.refusal
            if refusal is None:
                self._begun[photo_id] = msgspec.convert(result.body, Rendering)
            elif isinstance(refusal, Unavailable) and refusal.retry_after is not None:
                later.append((photo_id, refusal))
            else:
                self._settle(photo_id, RenderOutcome.REFUSED, str(refusal))
        return later

    def _wait(self) -> None:
        """Look at those that were asked for first, where they are not done at others."""
        left = deque(self._begun)
        pause, progress_at = FIRST_PAUSE, self._clock()
        while left:
            together = list(islice(left, TOGETHER))
            for photo_id, known in self._client.metadata_of_many(together).items():
                self._look(self._begun[photo_id], known)
            open_still = [one for one in together if one not in self._done]
            for _ in together:
                left.popleft()
            now = self._clock()
            if len(open_still) < len(together):
                left.extendleft(reversed(open_still))
                pause, progress_at = FIRST_PAUSE, now
            else:
                left.extend(open_still)
                pause = min(2 * pause, LONGEST_PAUSE)
            if now - progress_at > PATIENCE:
                for photo_id in left:
                    why = f"Nothing was done for {PATIENCE} s; the server may still do it"
                    self._settle(photo_id, RenderOutcome.FAILED, why)
                return
            if left:
                self._sleep(pause)

    def _look(self, rendering: Rendering, known: Metadata | Refused) -> None:
        photo_id = rendering.photo_id
        if isinstance(known, Refused):
            if not isinstance(known, Unavailable):
                self._settle(photo_id, RenderOutcome.FAILED, str(known))
            return
        try:
            version = version_of(rendering, known)
        except UploadFailed:
            self._settle(photo_id, RenderOutcome.FAILED, "It was taken back meanwhile")
            return
        if version.status is Status.FAILED:
            reason = version.status_message or version.status_reason
            self._settle(photo_id, RenderOutcome.FAILED, reason or "no reason given")
        elif version.status is Status.READY:
            self._settle(photo_id, RenderOutcome.RENDERED)

    def _settle(self, photo_id: str, outcome: RenderOutcome, reason: str | None = None) -> None:
        done = Rendered(photo_id=photo_id, outcome=outcome, reason=reason)
        self._done[photo_id] = done
        if self._on_done:
            self._on_done(done)
