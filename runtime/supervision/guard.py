"""Runs the supervisor in a process below this one, so that killing either of the two ends everything.

Supervisor killed: this process inherits its orphans and ends them. This process killed: the kernel sends the
supervisor SIGTERM, and it stops its children as usual. For both killed at once, each child also has its own
"my parent died" signal.
"""

import os
import signal
import sys
import traceback
from collections.abc import Callable

from runtime.complaint import Complaint, say
from runtime.supervision import processes
from runtime.supervision.supervisor import Stop, stop_on_signals

STOPPERS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
PATIENCE = 5.0


def run(work: Callable[[], int]) -> int:
    """Do `work` in a guarded process and return its exit code; no descendant outlives this call."""
    processes.adopt_orphans()
    _end_with_make()
    hung_up_before = signal.getsignal(signal.SIGHUP)
    signal.pthread_sigmask(signal.SIG_BLOCK, STOPPERS)
    me, worker = os.getpid(), os.fork()
    if worker == 0:
        _become_worker(me, work)
    for number in STOPPERS:
        # Started under nohup: stay deaf to the terminal's end, as was wished.
        if number != signal.SIGHUP or hung_up_before != signal.SIG_IGN:
            signal.signal(number, lambda *_: processes.send(worker, signal.SIGTERM))
    signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPPERS)
    _, status = os.waitpid(worker, 0)
    processes.end_all_below_me(PATIENCE)
    code = os.waitstatus_to_exitcode(status)
    if code < 0:
        say(f"the supervisor was ended by {signal.Signals(-code).name}; everything it had started is stopped")
        return 1
    return code


def _become_worker(parent: int, work: Callable[[], int]) -> None:
    """Never returns: whatever happens, this copy of the program ends here and does not run the caller's code twice."""
    code = 1
    try:
        os.setsid()
        stop_on_signals()
        processes.die_with(parent)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPPERS)
        code = work()
    except Stop:
        code = 0
    except Complaint as complaint:
        say(str(complaint))
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        os._exit(code)


def _end_with_make() -> None:
    """`make` runs us as its only business, so its death means stop. Any other parent (a shell that sent us to the
    background and went away) may end without taking us along."""
    parent = os.getppid()
    if os.environ.pop("TURNOUT_MAKE_PID", "") == str(parent):
        processes.die_with(parent)
