"""The section `calendars`, and the calendars that projects name: a country's, or one of these."""

import re
from collections.abc import Mapping
from functools import cache

from holidays import country_holidays
from holidays.utils import list_supported_countries

from connector.core.figures.calendar import WorkingCalendar
from connector.rulefiles.literals import days_of
from connector.rulefiles.part import Complaints, Part
from connector.rulefiles.problem import shown, suggest
from connector.rulefiles.shape_projects import CalendarShape

COUNTRY = re.compile(r"([A-Z]{2,3})(-[A-Z0-9]{1,3})?")
YEARS = range(2015, 2041)
"""The years of which a country's holidays are known; before and after, its week alone counts."""
MOST_CALENDARS = 100
DEFAULT = WorkingCalendar()
FORM = "write a country such as CN or DE-BY"


def compile_calendars(
    calendars: Mapping[str, tuple[Part, CalendarShape]], complaints: Complaints
) -> dict[str, WorkingCalendar]:
    """The calendars by id."""
    if len(calendars) > MOST_CALENDARS:
        part = list(calendars.values())[MOST_CALENDARS][0]
        complaints.add(part, f"{len(calendars)} calendars are more than {MOST_CALENDARS}", "share some of them")
        return {}
    return {name: _calendar(part, shape, complaints) for name, (part, shape) in calendars.items()}


def calendar_named(
    part: Part, name: str | None, own: Mapping[str, WorkingCalendar], complaints: Complaints
) -> WorkingCalendar:
    """The calendar that a project names: one of our own, else a country's; Monday to Friday where it names none."""
    if name is None:
        return DEFAULT
    return own[name] if name in own else _country(part, name, own, complaints)


def _calendar(part: Part, shape: CalendarShape, complaints: Complaints) -> WorkingCalendar:
    """Days of one's own go before the country's."""
    holidays, workdays = days_of(shape.holidays), days_of(shape.workdays)
    both = holidays & workdays
    if both:
        what = f"{min(both).isoformat()} is worked and rests"
        complaints.add(part.at("workdays"), what, "keep it in one of the two")
    country = DEFAULT
    if shape.country is not None:
        country = _country(part.at("country"), shape.country, {}, complaints)
    return WorkingCalendar(
        week=country.week if shape.week is None else shape.week,
        holidays=(country.holidays | holidays) - workdays,
        make_up_days=(country.make_up_days - holidays) | workdays,
    )


def _country(part: Part, name: str, own: Mapping[str, WorkingCalendar], complaints: Complaints) -> WorkingCalendar:
    """A country's working days, or those of a region of it; complained about where there is none."""
    match = COUNTRY.fullmatch(name)
    countries = list_supported_countries()
    region = (match[2] or "")[1:] if match else ""
    if match is None or match[1] not in countries:
        mend = suggest(name, own, FORM) if own else FORM
        complaints.add(part, f"there is no calendar {shown(name)}", mend)
        return DEFAULT
    if region and region not in countries[match[1]]:
        mend = suggest(region, countries[match[1]], f"write {match[1]} alone")
        complaints.add(part, f"{match[1]} has no region {region!r}", mend)
        return DEFAULT
    return _days(match[1], region or None)


@cache
def _days(country: str, region: str | None) -> WorkingCalendar:
    days = country_holidays(country, subdiv=region, years=YEARS)
    return WorkingCalendar(
        week=frozenset(range(7)) - frozenset(days.weekend),
        holidays=frozenset(days),
        make_up_days=frozenset(days.weekend_workdays),
    )
