import time
from dataclasses import dataclass

import pytest

from agentchat.tools.clock import ClockTool
from agentchat.tools.failures import ToolFailed

NOON_IN_MAY = 1_746_273_600.0  # 2025-05-03 12:00:00 UTC, a Saturday


@dataclass(frozen=True, slots=True)
class HeldClock:
    seconds: float

    def now(self) -> float:
        return self.seconds

    def monotonic(self) -> float:
        return self.seconds

    async def sleep(self, seconds: float) -> None:
        raise AssertionError("the clock tool does not wait")


TOOL = ClockTool(HeldClock(NOON_IN_MAY))


@pytest.mark.parametrize(
    ("zone", "text"),
    [
        ("Europe/Berlin", "Saturday 2025-05-03 14:00:00 +02:00 (Europe/Berlin)"),
        ("europe/berlin", "Saturday 2025-05-03 14:00:00 +02:00 (Europe/Berlin)"),
        ("Berlin", "Saturday 2025-05-03 14:00:00 +02:00 (Europe/Berlin)"),
        ("New York", "Saturday 2025-05-03 08:00:00 -04:00 (America/New_York)"),
        ("Asia/Kolkata", "Saturday 2025-05-03 17:30:00 +05:30 (Asia/Kolkata)"),
        ("UTC", "Saturday 2025-05-03 12:00:00 +00:00 (UTC)"),
    ],
)
def test_a_zone_is_found_by_its_name_or_its_city(zone: str, text: str) -> None:
    assert TOOL.clock(zone) == text


def test_without_a_zone_the_machines_own_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    try:
        assert TOOL.clock() == "Saturday 2025-05-03 21:00:00 +09:00 (JST)"
    finally:
        monkeypatch.undo()
        time.tzset()


@pytest.mark.parametrize(
    ("zone", "sentence"),
    [
        ("Europe/Berlni", "'Europe/Berlni' is no time zone; did you mean 'Europe/Berlin'?"),
        ("Tokio", "'Tokio' is no time zone; did you mean 'Asia/Tokyo'?"),
        ("../../etc/passwd", "'../../etc/passwd' is no time zone; names look like 'Europe/Berlin' or 'America/New_York'."),
        ("\x1b[31m", "'\\x1b[31m' is no time zone; names look like 'Europe/Berlin' or 'America/New_York'."),
    ],
)
def test_an_unknown_zone_is_answered_with_the_nearest(zone: str, sentence: str) -> None:
    with pytest.raises(ToolFailed) as failure:
        TOOL.clock(zone)
    assert str(failure.value) == sentence
