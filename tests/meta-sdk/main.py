"""Runs the flows with the SDK for Python, as it is installed: nothing of it is changed but the address.

main.py BASE REALM [FLOW...]
"""

import importlib
import sys
import traceback
from pathlib import Path

from facebook_business import FacebookSession

from harness import FLOWS, World


def main():
    base, realm, *wanted = sys.argv[1:]
    FacebookSession.GRAPH = f"{base}/meta"
    for file in sorted(Path(__file__).parent.glob("flows*.py")):
        importlib.import_module(file.stem)
    world, failed = World(base, realm), 0
    chosen = [one for one in FLOWS if not wanted or one.__name__ in wanted]
    for one in sorted(chosen, key=lambda flow: hasattr(flow, "late")):
        try:
            one(world)
        except Exception as error:
            failed += 1
            line = traceback.extract_tb(error.__traceback__)[1].lineno
            print(f"✗ {one.__name__}, line {line}: {type(error).__name__}: {str(error)[:1500]}")
    print(f"facebook-business: {len(chosen)} flows, {failed} failed")
    sys.exit(1 if failed else 0)


main()
