"""Which driver an application is given: `App(driver_class=driver_for(terminal, clock=..., hung_up=...))`."""

from collections.abc import Callable

from textual.app import App
from textual.driver import Driver
from textual.drivers.linux_driver import LinuxDriver

from agentchat.runtime.ports.clock import Clock
from agentchat.tui.terminal import fds, headless, tty_driver


def driver_for(
    terminal: fds.Terminal | headless.HeadlessTerminal,
    *,
    clock: Clock,
    hung_up: Callable[[], None],
) -> type[Driver]:
    """The driver class for this terminal; `hung_up` is called on the event loop when the terminal was closed.

    Where Textual has changed so much that our driver cannot work, it is Textual's own, with the file descriptors given back.
    """
    if isinstance(terminal, headless.HeadlessTerminal):
        return _bound(headless.HeadlessTtyDriver, terminal=terminal, clock=clock)
    if missing_names():
        terminal.restore()
        return LinuxDriver
    return _bound(tty_driver.TtyDriver, terminal=terminal, clock=clock, hung_up=staticmethod(hung_up))


def missing_names() -> frozenset[str]:
    """The names that our driver needs beyond Textual's promises and that the installed Textual does not have."""
    needed = {
        LinuxDriver.__init__: {"_file", "fileno", "input_tty", "exit_event", "_writer_thread"},
        Driver.__init__: {"_app", "_loop", "_debug"},
    }
    used = {name for function, names in needed.items() for name in names - set(function.__code__.co_names)}
    overridden = {"_get_terminal_size", "run_input_thread", "process_message"} - set(dir(LinuxDriver))
    return frozenset(used | overridden | {"_build_driver"} - set(dir(App)))


def _bound(driver: type[Driver], **attributes: object) -> type[Driver]:
    """A subclass that knows its terminal: Textual builds the driver itself and passes nothing of ours on."""
    return type(f"Bound{driver.__name__}", (driver,), attributes)
