"""Runs the provisioner for each line of its input, in a process of its own that has loaded it already."""

import json
import os
import sys
import traceback

sys.path.insert(0, sys.argv[1])
from provisioner.main import main  # noqa: E402


def run(order: dict) -> None:
    """Never returns."""
    for descriptor, file in ((1, order['stdout']), (2, order['stderr'])):
        os.dup2(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), descriptor)
    status = 70
    try:
        exec(order['before'], {})
        status = main(order['arguments'])
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


for line in sys.stdin:
    child = os.fork()
    if child == 0:
        run(json.loads(line))
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
