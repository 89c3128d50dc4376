"""Runs a program and prints the seconds, the CPU seconds, the peak memory and the exit code.

Started with `python3 -I -S`: a process inherits the peak of the one that started it, so this one
imports next to nothing.
"""

import os
import sys
import time

with open(os.devnull, "w") as nowhere:
    actions = [(os.POSIX_SPAWN_DUP2, nowhere.fileno(), 1)]
    start = time.perf_counter()
    child = os.posix_spawnp(sys.argv[1], sys.argv[1:], os.environ, file_actions=actions)
    _, status, usage = os.wait4(child, 0)
    wall = time.perf_counter() - start
print(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss, os.waitstatus_to_exitcode(status))
