"""The program's entry. `--version` is answered before anything is imported."""

import gc
import sys


def main() -> int:
    """Runs the command line of this process."""
    if sys.argv[1:] == ["--version"]:
        from agentchat import __version__

        sys.stdout.write(f"agentchat {__version__}\n")
        return 0
    gc.disable()  # what is imported stays: to look through it for garbage is a tenth of the start. The screen enables it again
    from agentchat.cli import run  # click, 40 ms, which the version need not wait for

    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
