"""Runs programs on asyncio as long as there are requests on stdin.

Usage: oracle-server.py FOLDER-OF-ORACLE.PY

A request is one JSON object a line: {"family", "from", "to"} asks for the
programs of these seeds, {"program"} for that program. The answer is one line
{"program", "expected"} for each program.
"""

import json
import sys

sys.path.insert(0, sys.argv[1])

import deviations  # noqa: E402, F401
import generate    # noqa: E402
import oracle      # noqa: E402


def answer(program):
    result = {"program": program, "expected": oracle.run_program(program)}
    sys.stdout.write(json.dumps(result, separators=(",", ":")) + "\n")


for line in sys.stdin:
    request = json.loads(line)
    if "program" in request:
        answer(request["program"])
    else:
        for seed in range(request["from"], request["to"] + 1):
            answer(generate.generate(request["family"], seed))
    sys.stdout.flush()
