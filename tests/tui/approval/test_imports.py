import subprocess
import sys


def test_the_dialog_and_the_terminal_are_there_without_the_libraries_that_are_loaded_after_the_first_frame():
    program = (
        "import sys, agentchat.tui.approval.screen, agentchat.tui.terminal.choice, agentchat.tui.terminal.signals, "
        "agentchat.tui.output_filter; print(*{'openai', 'pydantic', 'griffe'} & set(sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout == "\n"
