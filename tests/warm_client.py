"""Asks a warm process for one command, and ends as it ends; see `tests/warm.py`."""

import json
import os
import signal
import socket
import sys

asked = socket.socket(socket.AF_UNIX)
asked.connect(sys.argv[1])
# pathlib would take as long to load as all of this
task = {"folder": os.getcwd(), "environment": dict(os.environ), "arguments": sys.argv[2:]}  # noqa: PTH109
text = json.dumps(task).encode() + b"\0"
socket.send_fds(asked, [text[:1]], [0, 1, 2])
asked.sendall(text[1:])
told = asked.recv(64)
code = os.waitstatus_to_exitcode(int(told or b"256"))
if code < 0:
    if -code != signal.SIGKILL:  # which nobody may catch
        signal.signal(-code, signal.SIG_DFL)
    os.kill(os.getpid(), -code)
sys.exit(code)
