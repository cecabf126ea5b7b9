"""Reads what comes on stdin as rule files, under limits of the kernel; prints the CPU seconds and the peak in MB.

`python -m tests.rulefiles.bounded`: each case is a length in ASCII digits, a line break, and so many bytes.
"""

import json
import resource
import sys
import time

from connector.rulefiles.files import RuleFile
from connector.rulefiles.problem import Problems
from connector.rulefiles.projects import Defaults
from connector.rulefiles.read import read_files

CPU_S = 120
ADDRESS_SPACE = 1_500_000_000


def main() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S))
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE, ADDRESS_SPACE))
    read_files(
        [RuleFile(name="warm.yaml", content=b"language: 1\nprojects: [{jira: OPS, calendar: CN}]\n")], None, Defaults()
    )
    before = peak_mb()
    while length := sys.stdin.buffer.readline():
        content = sys.stdin.buffer.read(int(length))
        began = time.process_time()
        found = read_files([RuleFile(name="a.yaml", content=content)], None, Defaults())
        took = time.process_time() - began
        told = [str(one) for one in found.found[:3]] if isinstance(found, Problems) else []
        count = len(found.found) if isinstance(found, Problems) else 0
        print(json.dumps({"cpu_s": took, "peak_mb": peak_mb() - before, "problems": count, "told": told}), flush=True)


def peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
