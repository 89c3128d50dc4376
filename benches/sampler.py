#!/usr/bin/env python3
"""What `plimsoll monitor resources` itself takes: processor time over wall time, and memory.

usage: sampler.py PLIMSOLL [SECONDS] [INTERVAL] [IDLE_PROCESSES]
"""

import os
import resource
import subprocess
import sys
import tempfile


def main() -> None:
    program = os.path.abspath(sys.argv[1])
    seconds = int(sys.argv[2]) if len(sys.argv) > 2 else 60
    interval = sys.argv[3] if len(sys.argv) > 3 else "1s"
    idle = int(sys.argv[4]) if len(sys.argv) > 4 else 0
    sleepers = [subprocess.Popen(["sleep", str(seconds + 60)]) for _ in range(idle)]
    with tempfile.TemporaryDirectory() as folder:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(
            [program, "monitor", "resources", "--for", f"{seconds}s", "--interval", interval], cwd=folder, check=True
        )
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
    for sleeper in sleepers:
        sleeper.kill()
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    processes = sum(name.isdigit() for name in os.listdir("/proc"))
    print(
        f"{processes} processes, every {interval}: {spent:.3f} s in {seconds} s = {100 * spent / seconds:.2f} % of a core,"
        f" {after.ru_maxrss / 1024:.0f} MB at most"
    )


main()
