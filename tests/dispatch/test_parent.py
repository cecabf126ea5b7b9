import os
import signal
import subprocess
import sys
import time

CHILD = """
import sys, threading
from connector.dispatch.parent import end_with_parent
gone = threading.Event()
if sys.argv[1] == "late":
    sys.stdin.readline()
end_with_parent(gone.set)
print("watches", flush=True)
gone.wait()
"""
PARENT = """
import subprocess, sys
from connector.dispatch.parent import environment_of_child
child = subprocess.Popen([sys.executable, "-c", sys.argv[1], sys.argv[2]], env=environment_of_child())
print(child.pid, flush=True)
child.wait()
"""


def test_a_child_ends_when_its_parent_was_killed() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", PARENT, CHILD, "at once"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        assert parent.stdout.readline() == "watches\n"
        parent.kill()

        assert ends(child)


def test_a_child_whose_parent_was_killed_before_it_could_look_ends_too() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", PARENT, CHILD, "late"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        assert parent.stdin is not None
        child = int(parent.stdout.readline())
        parent.kill()
        parent.wait()
        parent.stdin.write("go on\n")
        parent.stdin.flush()

        assert ends(child)


def ends(pid: int, within_s: float = 20) -> bool:
    deadline = time.monotonic() + within_s
    while time.monotonic() < deadline:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.05)
    os.kill(pid, signal.SIGKILL)
    return False
