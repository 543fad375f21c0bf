"""Which tables of the Adult Social Care Activity and Finance Report are read, and what their headings mean."""

import re
from dataclasses import dataclass

from helpers.published.official.tables import Column

TOTAL = {"total": {}}
AGES = {
    "18 to 64": {"age_band": "18-64"},
    "18-64": {"age_band": "18-64"},
    "65 and over": {"age_band": "65+"},
    "all ages": {},
}
MEASURES = {
    "in year": {"measure": "during_year"},
    "year end": {"measure": "at_date"},
    "over 12 months (at year end)": {"measure": "at_date_over_12_months"},
}


def _of(key: str, ids: dict[str, str]) -> dict[str, dict]:
    """Labels that each give an id of one key."""
    return {label: {key: name} for label, name in ids.items()}


def _named(key: str, *labels: str) -> dict[str, dict]:
    """Labels whose ids are their own words."""
    return {label: {key: re.sub(r"[^a-z0-9]+", "_", label).strip("_")} for label in labels}


COMMUNITY = {
    "direct payment only": "direct_payment_only",
    "part direct payment": "part_direct_payment",
    "cassr managed personal budget": "managed_personal_budget",
    "cassr commissioned support only": "commissioned_support_only",
}
SETTINGS = _of("setting", {"nursing": "nursing", "residential": "residential"})
SETTINGS |= _of("setting", {f"community {label}": name for label, name in COMMUNITY.items()})
SETTINGS |= _of("setting", {f"prison {label}": f"prison_{name}" for label, name in COMMUNITY.items()})
SETTINGS_OF_COST = _of("setting", {"nursing": "nursing", "residential": "residential"}) | {
    **_named("setting", "supported accommodation"),
    **_of("setting", {"residential and nursing": "care_home", "community direct payments": "direct_payments"}),
    **_of("setting", {"community home care": "home_care", "community supported living": "supported_living"}),
    **_of("setting", {"community other long term care": "other_long_term_care"}),
}
REASONS = _of(
    "support_reason",
    {
        "physical support": "physical",
        "physical support access and mobility only": "physical_access_and_mobility",
        "physical support personal care support": "physical_personal_care",
        "sensory support": "sensory",
        "sensory support support for visual impairment": "sensory_visual",
        "sensory support support for hearing impairment": "sensory_hearing",
        "sensory support support for dual impairment": "sensory_dual",
        "support with memory and cognition": "memory_and_cognition",
        "learning disability support": "learning_disability",
        "mental health support": "mental_health",
        "social support substance misuse support": "social_substance_misuse",
        "social support asylum seeker support": "social_asylum_seeker",
        "social support support for social isolation/other": "social_isolation_other",
    },
)
DISREGARD = "self-funder with depleted funds of which previously provided with 12 week disregard or dp"
ROUTES = _named("route", "discharge from hospital", "diversion from hospital services", "prison") | {
    **_named("route", "self-funder with depleted funds", "community / other route"),
    **_of("route", {"planned entry (transition)": "planned_entry", DISREGARD: "self_funder_12_week_disregard"}),
}
NEXT = _named(
    "what_happened_next",
    *("short term care to maximise independence", "short term care other short term"),
    *(f"long term care {setting}" for setting in ("nursing", "residential", "community", "prison")),
    *("100% nhs funded care", "end of life", "ongoing low level support", "no services provided"),
    *("universal services/ signposted to other services", "no services provided - deceased"),
)
PROVISION = _named("finance", "own provision", "provision by others", "grants to voluntary organisations")
INCOME = _named("finance", "client contributions", "joint arrangements", "income from nhs", "other income")
KINDS_OF_MONEY = _named("kind_of_money", "income", "capital", "net total expenditure", "gross total expenditure") | {
    **_named("kind_of_money", "gross current expenditure"),
    **_of("kind_of_money", {"expenditure (including capital)": "expenditure"}),
}
CARE = _of(
    "care_type",
    {
        **dict.fromkeys(("long term care", "long term support gce"), "long_term"),
        **dict.fromkeys(("short term care", "short term support gce"), "short_term"),
        **dict.fromkeys(("other", "other gce"), "other"),
    },
) | {"total gross current expenditure (gce)": {}}
PROVIDERS = _named("provider", "in house", "external")
ACTIVITIES = _of(
    "activity",
    {
        "number of requests for support received from new clients": "requests_for_support",
        "new clients with an episode of st-max care and a known sequel": "short_term_to_maximise_independence",
        "long term support during the year": "long_term_support",
        "support provided to carers during the year": "support_to_carers",
    },
)
#: What headings say that stands elsewhere in the same table: shares of its own figures.
NOT_READ = (r"percentage change from .*", r".*\(as per cent of total\)", r".* as a percentage of .*")
NOT_READ += (r"clients receiving .*reviews", r"percentage of clients reviewed")

PEOPLE = {"people": Column("people", "People, to the nearest 5", 5)}
REQUESTS = {"requests": Column("requests", "Requests for support, to the nearest 5", 5)}
MONEY = {"gbp_thousand": Column("gbp_thousand", "£ thousand")}
WEEKLY = {"gbp_per_week": Column("gbp", "£ per person and week")}
HOURLY = {"gbp_per_hour": Column("gbp", "£ per hour")}
POPULATION = {"population": Column("people", "People in the area, to the nearest 5", 5)}
#: Headings that say in which column a figure stands.
FIGURES = {
    "requests for support per 100,000 adults": "requests_per_100k",
    "requests for support per client": "requests_per_client",
    "requests per client": "requests_per_client",
    **dict.fromkeys(("requests for support", "requests"), "requests"),
    "clients per 100,000 adults": "people_per_100k",
    "clients": "people",
    "total number of clients reviewed": "people_reviewed",
    "total clients": "people",
    "population": "population",
}
#: Of reviews, two columns: the others are parts and shares of these.
REVIEWED = {"people_reviewed": Column("people", "People reviewed in the year, to the nearest 5", 5)}
#: What its notes say of [c]: "values of 0, 1, 2, 3 and 4 suppressed"; of [x]: not submitted.
MARKS = {
    "[c]": {"state": "hidden", "lower": 0, "upper": 4, "meaning": "Fewer than 5"},
    "[x]": {"state": "not_available", "meaning": "Not submitted"},
}


@dataclass(frozen=True)
class Layout:
    """One table of the workbook: its name here, its title without number and years, its keys, labels and figures."""

    name: str
    title: str
    keys: tuple[str, ...]
    labels: dict[str, dict]
    columns: dict[str, Column]
    constants: tuple[tuple[str, str], ...] = ()
    beside: tuple[str, ...] = ()
    not_totals: tuple[str, ...] = ("measure", "kind_of_money", "activity")


_CLIENTS = "number of clients accessing long term support"
_ASKED = "number of requests for support received from new clients"
_SPENT = "gross current expenditure on"
_AGED = {"18-64": "clients aged 18 to 64", "65+": "clients aged 65 and over"}


def _each_age(name: str, title: str, *rest: object) -> list[Layout]:
    """The same table of each age band, which its title says."""
    ages = {"18-64": "18_64", "65+": "65_plus"}
    return [
        Layout(f"{name}_{ages[age]}", title.format(said), *rest, constants=(("age_band", age),))
        for age, said in _AGED.items()
    ]


TABLES = [
    Layout(
        "activity_by_year",
        "summary figures regarding adult social care activity, year on year comparison",
        ("activity", "age_band", "period"),
        ACTIVITIES | AGES,
        PEOPLE,
    ),
    Layout(
        "expenditure_and_income",
        "expenditure and income, by finance type and finance description",
        ("kind_of_money", "finance", "period"),
        KINDS_OF_MONEY | PROVISION | INCOME | TOTAL,
        MONEY,
    ),
    Layout(
        "expenditure_by_year",
        "expenditure, by finance description, year on year comparison",
        ("finance", "period"),
        PROVISION | TOTAL,
        MONEY,
    ),
    Layout(
        "income_by_year",
        "income, by finance description, year on year comparison",
        ("finance", "period"),
        INCOME | TOTAL,
        MONEY,
    ),
    Layout(
        "income_by_care_type",
        "income, by finance description, care type and age band",
        ("finance", "care_type", "age_band"),
        INCOME | CARE | AGES | TOTAL | _of("finance", {"income from better care fund (bcf)": "better_care_fund"}),
        MONEY,
        beside=("better_care_fund",),
    ),
    Layout(
        "requests_by_route",
        f"{_ASKED}, by age band and route of access",
        ("age_band", "route"),
        AGES | ROUTES | TOTAL,
        REQUESTS,
        beside=("self_funder_12_week_disregard",),
    ),
    Layout(
        "requests_by_route_england",
        f"{_ASKED}, by route of access, age band and what happened next",
        ("age_band", "what_happened_next", "route"),
        AGES | NEXT | ROUTES | TOTAL,
        REQUESTS,
        beside=("self_funder_12_week_disregard",),
    ),
    *_each_age(
        "requests_by_what_happened_next",
        _ASKED.replace("new clients", "new {}") + ", by what happened next",
        ("what_happened_next",),
        NEXT | TOTAL,
        REQUESTS,
    ),
    Layout(
        "requests_per_person",
        f"{_ASKED} per 100,000 adults, by age band",
        ("age_band",),
        AGES,
        REQUESTS | POPULATION | {"requests_per_100k": Column("per_100k", "Requests per 100,000 adults")},
    ),
    Layout(
        "requests_per_client",
        f"{_ASKED} per client, by age band",
        ("age_band",),
        AGES | TOTAL,
        REQUESTS | PEOPLE | {"requests_per_client": Column("times", "Requests per client")},
    ),
    Layout("spending_by_care_type", "gross current expenditure, by care type", ("care_type",), CARE, MONEY),
    Layout(
        "spending_by_care_type_and_age",
        f"{_SPENT} long and short term care, by care type and age band, year on year comparison",
        ("care_type", "period", "age_band"),
        CARE | AGES | TOTAL,
        MONEY,
    ),
    Layout(
        "spending_by_reason",
        f"{_SPENT} long and short term care combined, by age band and primary support reason",
        ("age_band", "support_reason"),
        AGES | REASONS | TOTAL,
        MONEY,
    ),
    *_each_age(
        "spending_by_care_type_and_reason",
        _SPENT + " long and short term care for {}, by care type and primary support reason",
        ("care_type", "support_reason"),
        CARE | REASONS | TOTAL,
        MONEY,
    ),
    Layout(
        "long_term_support",
        f"{_CLIENTS} during the year, at the end of the year (31 march) and for more than 12 months at the end of the "
        "year (31 march), by age band",
        ("measure", "age_band"),
        MEASURES | AGES | TOTAL,
        PEOPLE,
    ),
    Layout(
        "long_term_support_during_year",
        f"{_CLIENTS} during the year, by age band and support setting",
        ("age_band", "setting"),
        AGES | SETTINGS | TOTAL,
        PEOPLE,
        constants=(("measure", "during_year"),),
    ),
    Layout(
        "long_term_support_england",
        f"{_CLIENTS} during the year, by primary support reason, age band and support setting",
        ("age_band", "support_reason", "setting"),
        AGES | REASONS | SETTINGS | TOTAL,
        PEOPLE,
        constants=(("measure", "during_year"),),
    ),
    Layout(
        "long_term_support_per_person",
        f"{_CLIENTS} during the year per 100,000 adults, by age band",
        ("age_band",),
        AGES,
        PEOPLE | POPULATION | {"people_per_100k": Column("per_100k", "People per 100,000 adults")},
        constants=(("measure", "during_year"),),
    ),
    Layout(
        "long_term_support_at_year_end_by_reason",
        f"{_CLIENTS} at the end of the year, by age band and primary support reason",
        ("age_band", "support_reason"),
        AGES | REASONS | TOTAL,
        PEOPLE,
        constants=(("measure", "at_date"),),
    ),
    Layout(
        "long_term_support_at_year_end_by_setting",
        f"{_CLIENTS} at the end of the year, by age band and support setting",
        ("age_band", "setting"),
        AGES | SETTINGS | TOTAL,
        PEOPLE,
        constants=(("measure", "at_date"),),
    ),
    *_each_age(
        "spending_on_long_term_care_by_setting",
        _SPENT + " long term care for {}, by support setting",
        ("setting",),
        SETTINGS_OF_COST | TOTAL,
        MONEY,
    ),
    Layout(
        "spending_on_long_term_care_england",
        f"{_SPENT} long term care, by support setting, age band and primary support reason",
        ("age_band", "support_reason", "setting"),
        AGES | REASONS | SETTINGS_OF_COST | TOTAL,
        MONEY,
    ),
    Layout(
        "reviews",
        "unplanned and planned reviews during the year of clients that have been accessing long term support for more "
        "than 12 months at the end of the year (31 march)",
        (),
        {},
        REVIEWED | PEOPLE,
    ),
    Layout(
        "hourly_cost_of_home_care",
        "unit costs, average weighted standard hourly rate for the provision of home care by activity provision, year "
        "on year comparison",
        ("period", "provider"),
        PROVIDERS,
        HOURLY,
    ),
    Layout(
        "weekly_cost_of_care_homes",
        "unit costs for clients accessing long term support, by support setting and age band, year on year comparison",
        ("setting", "period", "age_band"),
        SETTINGS_OF_COST | AGES | TOTAL,
        WEEKLY,
    ),
    *_each_age(
        "weekly_cost_of_care_homes_by_reason",
        "unit costs for {} accessing residential or nursing long term support, by support setting and primary support "
        "reason",
        ("setting", "support_reason"),
        SETTINGS_OF_COST | REASONS,
        WEEKLY,
    ),
    Layout(
        "weekly_cost_of_residential_homes",
        "unit costs for clients accessing residential long term support, by provision type and age band, year on year "
        "comparison",
        ("provider", "period", "age_band"),
        PROVIDERS | AGES | TOTAL,
        WEEKLY,
    ),
]

#: The columns that say whose a row is, in the words of their headings.
AREA = [("geography code",), ("la name",), ("region code", "region / type code"), ("region name", "region / type name")]
#: The columns of labels of a table of England alone.
ROWS = {
    "what_happened_next": ("sequel to request for support",),
    "support_reason": ("primary support reason",),
}
