"""The real command up to its first frame: writes the names of all imported modules to a file, then ends. Run by `test_cli`."""

import os
import sys
from pathlib import Path

from agentchat.__main__ import main
from agentchat.tui.bridge import Bridge

OUT = Path(sys.argv.pop(1))


def stop_here(_: Bridge) -> None:
    OUT.write_text("\n".join(sys.modules))
    os._exit(0)


Bridge.start = stop_here
sys.exit(main())
