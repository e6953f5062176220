"""Calendar dates, periods, durations and frequencies of a text, resolved against its day and what it has said before."""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence

from claimx.extract.time_calendar import days, months, years
from claimx.model import Mention, Time
from claimx.source.text import Text

_SIMPLE = re.compile(
    r"(?:(?<![0-9])([12][0-9]{3}) ?年 ?|(今年|去年|明年))?(?:(?<![0-9.])([01]?[0-9]) ?月份?(?: ?([0-3]?[0-9]) ?日)?"
    r"|第?([一二三四1-4])季度?|([上下])半年)|(?<![0-9])([12][0-9]{3}) ?年|(今年|去年|明年)"
)
_RELATIVE = {"今年": 0, "去年": -1, "明年": 1}


def find_times(
    source: Text | str,
    reference_date: datetime.date | str | None = None,
    blocked: Sequence[tuple[int, int]] = (),
    mentions: Sequence[Mention] = (),
) -> list[Time]:
    """Every time of ``source`` outside ``blocked``, in text order and without overlaps. Never raises on any text."""
    text = Text(source) if isinstance(source, str) else source
    day = datetime.date.fromisoformat(reference_date[:10]) if isinstance(reference_date, str) else reference_date
    found = []
    for match in _SIMPLE.finditer(text.folded):
        year_text, word, month, number, quarter, half, lone, lone_word = match.groups()
        word = word or lone_word
        year = int(year_text or lone or 0) or (day.year + _RELATIVE.get(word or "今年", 0) if day else None)
        interval = None
        if year and month:
            interval = months(year, int(month), 1, "month") if 1 <= int(month) <= 12 else None
            if interval and interval.begin and number:
                interval = days(interval.begin + datetime.timedelta(int(number) - 1)) if 0 < int(number) < 32 else None
        elif year and quarter:
            interval = months(year, 3 * ("一二三四1234".index(quarter) % 4) + 1, 3, "quarter")
        elif year and half:
            interval = months(year, 1 if half == "上" else 7, 6, "half")
        elif year:
            interval = years(year)
        start, end = match.span()
        begin, until, grain = interval or (None, None, None)
        found.append(Time(start, end, text.raw[start:end], "date", begin, until, None, grain))
    return found


def parse_time(phrase: str, reference_date: datetime.date | str | None = None) -> Time | None:
    """The time that the whole of ``phrase`` states; None where it is no time."""
    found = find_times(Text(phrase.strip()), reference_date)
    return found[0] if len(found) == 1 and found[0].text == phrase.strip() else None
