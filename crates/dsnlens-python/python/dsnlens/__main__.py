"""The program ``dsnlens``."""

from __future__ import annotations

import signal
import sys

from . import _native


def main() -> int:
    """Runs the program; the number it ends with."""
    # Python would note Ctrl-C and wait for the program to return.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    return _native.run(["dsnlens", *sys.argv[1:]])


if __name__ == "__main__":
    sys.exit(main())
