"""Work beside the main thread: Ctrl-C ends it, and then only the command."""

import os
import signal
import threading

import pytest

from photohq.cli.signals import beside


def test_its_answer_and_what_it_raises_come_through():
    assert beside(lambda: 42, threading.Event()) == 42
    with pytest.raises(ZeroDivisionError):
        beside(lambda: 1 // 0, threading.Event())


def test_ctrl_c_lets_the_work_end_first():
    stop, ended = threading.Event(), []

    def work():
        os.kill(os.getpid(), signal.SIGINT)
        ended.append(stop.wait(20))

    with pytest.raises(KeyboardInterrupt):
        beside(work, stop)
    assert ended == [True]
