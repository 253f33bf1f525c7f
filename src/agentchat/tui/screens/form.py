"""The form of the chat's screen for a size of the terminal. No widgets."""

from dataclasses import dataclass

LEAST_COLUMNS = 40
LEAST_ROWS = 12
_BESIDE_FROM = 100
"""Columns from which the activity log has a place of its own; below, it lies over the transcript when it is asked for."""
_OVER_ALL_BELOW = 64
"""Columns below which it covers the transcript whole."""


@dataclass(frozen=True, slots=True)
class Form:
    """How the screen is divided, in cells."""

    columns: int
    rows: int
    wants_activity: bool | None = None
    """What the person chose; None as long as the size decides."""
    activity_by_default: bool = True
    """Whether the log is shown where there is room and nothing was chosen."""

    @property
    def is_too_small(self) -> bool:
        """Whether there is only room to say so."""
        return self.columns < LEAST_COLUMNS or self.rows < LEAST_ROWS

    @property
    def is_overlay(self) -> bool:
        """Whether the log lies over the transcript."""
        return self.columns < _BESIDE_FROM

    @property
    def shows_activity(self) -> bool:
        """Whether the log is seen."""
        if self.wants_activity is None:
            return self.activity_by_default and not self.is_overlay
        return self.wants_activity

    @property
    def log_width(self) -> int:
        """Columns of the log with its left edge, without the right edge of the screen; 0 when it is not seen."""
        if not self.shows_activity:
            return 0
        if self.columns < _OVER_ALL_BELOW:
            return self.columns - 1
        return max(40, min(60, self.columns * 43 // 100))

    @property
    def junction(self) -> int | None:
        """The column where the log's left edge meets the rules; None where there is none."""
        column = self.columns - 1 - self.log_width
        return column if self.shows_activity and column > 0 else None
