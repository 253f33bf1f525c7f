"""The clock tool: models do not know what time it is."""

from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from agentchat.runtime.ports.clock import Clock
from agentchat.tools.failures import ToolFailed
from agentchat.tools.wording import nearest, quoted

_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True, slots=True)
class ClockTool:
    """The function behind the tool; its docstring is what the model reads."""

    time: Clock

    def clock(self, timezone: str | None = None) -> str:
        """Tells the current date, weekday and time.

        Args:
            timezone: A time zone such as "Europe/Berlin", or just its city; null for the user's own.
        """
        zone = _zone(timezone) if timezone else None
        moment = datetime.fromtimestamp(self.time.now(), UTC).astimezone(zone)
        offset = f"{moment:%z}"
        name = zone or moment.tzname() or "local time"
        # The words are not those of strftime, which follow the machine's locale.
        return f"{_WEEKDAYS[moment.weekday()]} {moment:%Y-%m-%d %H:%M:%S} {offset[:3]}:{offset[3:5]} ({name})"


def _zone(name: str) -> tzinfo:
    """The zone of that name, in any case, or the only one that ends with it; spaces stand for underscores."""
    wanted = name.strip().replace(" ", "_").casefold()
    if wanted in {"utc", "gmt", "z"}:
        return UTC
    zones = _zones()
    if not zones:
        raise ToolFailed("This machine has no time zone database, so only UTC and the user's own time are known.")
    found = zones.get(wanted) or _of_city(wanted)
    if found is None:
        raise _unknown(name)
    return ZoneInfo(found)


@cache
def _zones() -> dict[str, str]:
    """The names of all zones by their folded form."""
    return {zone.casefold(): zone for zone in sorted(available_timezones())}


def _of_city(wanted: str) -> str | None:
    matches = [zone for folded, zone in _zones().items() if folded.endswith(f"/{wanted}") and folded.count("/") == 1]
    return matches[0] if len(matches) == 1 else None


def _unknown(name: str) -> ToolFailed:
    cities = {zone.rpartition("/")[2]: zone for zone in _zones().values()}
    close = nearest(name.strip().replace(" ", "_"), [*_zones().values(), *cities])
    hint = f"did you mean '{cities.get(close, close)}'?" if close else "names look like 'Europe/Berlin' or 'America/New_York'."
    return ToolFailed(f"{quoted(name)} is no time zone; {hint}")
