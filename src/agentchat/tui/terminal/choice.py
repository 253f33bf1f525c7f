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
        return _wired(headless.HeadlessTtyDriver, headless.HeadlessWiring(terminal, clock))
    if missing_names():
        terminal.restore()
        return LinuxDriver
    return _wired(tty_driver.TtyDriver, tty_driver.Wiring(terminal, clock, hung_up))


def missing_names() -> frozenset[str]:
    """The names that our driver needs beyond Textual's promises and that the installed Textual does not have."""
    attributes = {*_names_used_by(LinuxDriver), *_names_used_by(Driver)}
    missing = {"_file", "fileno", "input_tty", "exit_event", "_writer_thread", "_app", "_loop", "_debug"} - attributes
    missing |= {"_get_terminal_size", "run_input_thread", "process_message"} - set(dir(LinuxDriver))
    return frozenset(missing | {"_build_driver"} - set(dir(App)))


def _names_used_by(driver: type[Driver]) -> tuple[str, ...]:
    """The attributes that its constructor sets, among others: they exist on an instance only."""
    return driver.__init__.__code__.co_names


def _wired(driver: type[Driver], wiring: object) -> type[Driver]:
    """A subclass that knows its terminal: Textual builds the driver itself and passes nothing of ours on."""
    return type(f"Wired{driver.__name__}", (driver,), {"wiring": wiring})
