"""Interleavings that a seed decides: actors in threads, of which one at a time makes one call."""

import random
import threading
from collections.abc import Callable, Sequence
from typing import Any


class Turns:
    """Runs actors side by side; each waits for its turn before every call to a `Stepping` port."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self._mine = threading.local()

    def run(self, actors: Sequence[Callable[[], Any]]) -> list[Any]:
        """Answer what each actor returned or raised, in the order of the actors."""
        runners = [_Runner(actor, self._mine) for actor in actors]
        waiting = list(runners)
        while waiting:
            runner = self._random.choice(waiting)
            if runner.advance():
                waiting.remove(runner)
        return [runner.outcome for runner in runners]

    def step(self) -> None:
        """Wait for the next turn; whoever is no actor just goes on."""
        runner = getattr(self._mine, "runner", None)
        if runner:
            runner.pause()


class Stepping:
    """A port whose every call is a step."""

    def __init__(self, port: Any, turns: Turns) -> None:
        self._port = port
        self._turns = turns

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._port, name)
        if not callable(found):
            return found

        def call(*arguments: Any, **named: Any) -> Any:
            self._turns.step()
            return found(*arguments, **named)

        return call


class _Runner:
    def __init__(self, actor: Callable[[], Any], mine: threading.local) -> None:
        self._actor = actor
        self._mine = mine
        self._go = threading.Semaphore(0)
        self._still = threading.Semaphore(0)
        self._ended = False
        self.outcome: Any = None
        threading.Thread(target=self._work, daemon=True).start()

    def advance(self) -> bool:
        """Let the actor make its next call; True once it has ended."""
        self._go.release()
        assert self._still.acquire(timeout=30), "an actor hangs"
        return self._ended

    def pause(self) -> None:
        self._still.release()
        self._go.acquire()

    def _work(self) -> None:
        self._go.acquire()
        self._mine.runner = self
        try:
            self.outcome = self._actor()
        except Exception as error:  # noqa: BLE001  an outcome like others
            self.outcome = error
        self._ended = True
        self._still.release()
