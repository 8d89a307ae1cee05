"""The conformance scenarios with Apache's C++ client, as the Python package `rocketmq` brings it compiled.

    python3 main.py --name-server 127.0.0.1:9876 [--only a,b]

Prints {"plan": "a,b,..."} and then one JSON line for each scenario: {scenario, ok, detail, ms}. Each scenario is a process of
its own: the library keeps threads, and what ends one of them ends the process.
"""

import argparse
import json
import os
import subprocess
import sys
import time
import traceback
from concurrent.futures import ThreadPoolExecutor

from scenarios import Failure, Run, scenarios

LIMIT_S = 150


def say(**fields):
    print(json.dumps(fields), flush=True)


def run_here(name_server, name):
    """Runs one scenario in this process, and ends it before the library takes itself apart."""
    detail = ''
    try:
        scenarios[name](Run(name_server, name))
    except Failure as failure:
        detail = str(failure)
    except Exception:
        detail = traceback.format_exc()
    say(detail=detail)
    os._exit(0)


def run_apart(name_server, name):
    """Runs one scenario in a process and says how it went."""
    began = time.monotonic()
    command = [sys.executable, __file__, '--name-server', name_server, '--here', name]
    try:
        done = subprocess.run(command, capture_output=True, text=True, errors='replace', timeout=LIMIT_S)
        # The library writes its version to the same output.
        lines = [line for line in done.stdout.splitlines() if line.startswith('{')]
        detail = json.loads(lines[-1])['detail'] if lines else f'ended with {done.returncode}: {done.stderr[-2000:]}'
    except subprocess.TimeoutExpired:
        detail = f'still running after {LIMIT_S} s'
    say(scenario=name, ok=detail == '', detail=detail, ms=round((time.monotonic() - began) * 1000))
    return detail == ''


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--name-server', default='127.0.0.1:9876')
    parser.add_argument('--only', default='')
    parser.add_argument('--here')
    parser.add_argument('--list', action='store_true')
    options = parser.parse_args()
    if options.here:
        run_here(options.name_server, options.here)
    only = [name for name in options.only.split(',') if name]
    names = [name for name in scenarios if not only or name in only]
    if options.list:
        print('\n'.join(names))
        return
    say(plan=','.join(names))
    with ThreadPoolExecutor(4) as lanes:
        went_well = list(lanes.map(lambda name: run_apart(options.name_server, name), names))
    sys.exit(0 if all(went_well) else 1)


main()
