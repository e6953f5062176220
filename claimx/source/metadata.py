"""Days out of metadata and file names: of a document about itself, so foreign formats are welcome here.

A day is read only where year, month and day are all given; nothing is ever completed from the clock.
"""

from __future__ import annotations

import datetime
import re
from typing import Any

_YMD = re.compile(
    r"(?<!\d)((?:19|20)\d\d)\s{0,2}(?:([-/._])|年)\s{0,2}(\d{1,2})(?(2)\2|\s{0,2}月)\s{0,2}(\d{1,2})(?!\d)"
)
_COMPACT = re.compile(r"(?<!\d)((?:19|20)\d\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?!\d)")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_MAX_DATE = 80  # code points; a longer string is no date
_ZONE = datetime.timezone(datetime.timedelta(hours=8))
_EPOCH_MILLISECONDS = 100_000_000_000
_FRONT_LINE = re.compile(r"^([A-Za-z_][\w-]*)\s*:[ \t]*(.*?)[ \t]*$")
_MAX_FRONT = 200  # lines


def day_of(value: Any) -> datetime.date | None:
    """The day that a metadata value names: an ISO or written-out date, or seconds or milliseconds since 1970; else None.

    A time of day is dropped without a change of time zone: what the source wrote is the day it means. Machine stamps in UTC
    (seconds, ISO with ``Z``) are taken to the zone of the mainland, Hong Kong and Taiwan, or morning news would bear the
    day before.
    """
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, datetime.date):
        return value
    if isinstance(value, (int, float)):
        return _day_of_number(value)
    text = str(value).strip()
    if not text or len(text) > _MAX_DATE:
        return None
    return _stamped(text) or _first_ymd(text) or _foreign(text)


def _stamped(text: str) -> datetime.date | None:
    if not text.endswith(("Z", "z")):
        return None
    try:
        day = datetime.datetime.fromisoformat(text).astimezone(_ZONE).date()
    except (ValueError, OverflowError):
        return None
    return _plausible(day)


def day_in_name(name: str) -> datetime.date | None:
    """The first full date in a file name: ``2025-08-30_x.txt``, ``20250830.txt``, ``2025年8月30日.md``."""
    return _first_ymd(name)


def _first_ymd(text: str) -> datetime.date | None:
    found = sorted([*_YMD.finditer(text), *_COMPACT.finditer(text)], key=lambda match: match.start())
    for match in found:
        groups = [group for group in match.groups() if group and group.isdigit()]
        try:
            return datetime.date(int(groups[0]), int(groups[1]), int(groups[2]))
        except ValueError:
            continue
    return None


def _day_of_number(value: float) -> datetime.date | None:
    compact = _COMPACT.fullmatch(str(value))
    if compact:
        return _first_ymd(str(value))
    try:
        seconds = value / 1000 if abs(value) >= _EPOCH_MILLISECONDS else value
        day = datetime.datetime.fromtimestamp(seconds, _ZONE).date()
    except (OverflowError, OSError, ValueError):
        return None
    return _plausible(day)


def _plausible(day: datetime.date) -> datetime.date | None:
    return day if 1990 <= day.year <= 2100 else None


def _foreign(text: str) -> datetime.date | None:
    """A date such as ``Aug 30, 2025`` or ``Sat, 30 Aug 2025 08:00 GMT``, with its year written out."""
    if not text.isascii() or not _YEAR.search(text) or not re.search(r"[A-Za-z]{3}", text):
        return None
    from email.utils import parsedate_to_datetime

    try:
        return parsedate_to_datetime(text).date()
    except (ValueError, TypeError, IndexError, OverflowError):
        pass
    import warnings

    import dateparser

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        # absolute-time only and all parts required, or the clock would fill what is missing
        settings: Any = {"PARSERS": ["absolute-time"], "REQUIRE_PARTS": ["day", "month", "year"]}
        try:
            moment = dateparser.parse(text, languages=["en"], settings=settings)
        except (ValueError, OverflowError):
            return None
    return moment.date() if moment else None


def front_matter(text: str) -> dict[str, str]:
    """The ``key: value`` lines of a Markdown file's front matter (between ``---`` lines at its start), keys in lower case.

    Nested values and lists are left out; quotes around a value are taken off.
    """
    if not text.startswith("---"):
        return {}
    lines = text[: 200 * _MAX_FRONT].splitlines()
    if lines[0].strip() != "---":
        return {}
    found: dict[str, str] = {}
    for line in lines[1 : _MAX_FRONT + 1]:
        if line.strip() in {"---", "..."}:
            return found
        match = _FRONT_LINE.match(line)
        if match and match[2]:
            value = match[2]
            if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'":
                value = value[1:-1]
            found.setdefault(match[1].lower(), value)
    return {}
