"""The project's names for what is counted, and the words in which a page says them.

Ids are what tables, notebooks and code use; labels are what councillors read.
"""

AGE_BANDS = {
    "0-15": "0 to 15",
    "0-24": "0 to 24",
    "0-64": "under 65",
    "16-49": "16 to 49",
    "16-64": "16 to 64",
    "18+": "18 and over",
    "18-24": "18 to 24",
    "18-64": "18 to 64",
    "25-34": "25 to 34",
    "25-64": "25 to 64",
    "35-49": "35 to 49",
    "45-64": "45 to 64",
    "50-64": "50 to 64",
    "60+": "60 and over",
    "65-69": "65 to 69",
    "65-74": "65 to 74",
    "65-84": "65 to 84",
    "70-74": "70 to 74",
    "75-79": "75 to 79",
    "75-84": "75 to 84",
    "80-84": "80 to 84",
    "85-89": "85 to 89",
    "85+": "85 and over",
    "90+": "90 and over",
    "65+": "65 and over",
    "all": "All ages",
}

SUPPORT_REASONS = {
    "physical": "Physical support",
    "physical_access_and_mobility": "Physical support: access and mobility",
    "physical_personal_care": "Physical support: personal care",
    "sensory": "Sensory support",
    "sensory_visual": "Sensory support: visual impairment",
    "sensory_hearing": "Sensory support: hearing impairment",
    "sensory_dual": "Sensory support: dual impairment",
    "memory_and_cognition": "Memory and cognition",
    "learning_disability": "Learning disability",
    "mental_health": "Mental health",
    "social": "Social support",
    "social_support_to_carer": "Social support: support to a carer",
    "social_substance_misuse": "Social support: substance misuse",
    "social_asylum_seeker": "Social support: asylum seeker",
    "social_isolation_other": "Social support: isolation and other",
    "not_printed": "Not in the published table",
    "all": "All support reasons",
}

SETTINGS = {
    "nursing": "Nursing home",
    "residential": "Residential home",
    "direct_payment_only": "Direct payment only",
    "part_direct_payment": "Part direct payment",
    "managed_personal_budget": "Managed personal budget",
    "commissioned_support_only": "Commissioned support only",
    "care_home": "Care homes: nursing and residential",
    "community": "Community support",
    "not_stated": "Setting not published",
    "not_printed": "Not in the published table",
    "all": "All settings",
}

#: Settings of people who take a direct payment for all or part of their support.
DIRECT_PAYMENT_SETTINGS = ("direct_payment_only", "part_direct_payment")
CARE_HOME_SETTINGS = ("nursing", "residential")
#: Settings that sums of settings are made of.
SETTING_GROUPS = {
    "care_home": CARE_HOME_SETTINGS,
    "community": ("direct_payment_only", "part_direct_payment", "managed_personal_budget", "commissioned_support_only"),
}

#: Kinds that sums of other kinds are made of, by dimension.
PARTS_OF = {
    "setting": SETTING_GROUPS,
    "support_reason": {
        "physical": ("physical_access_and_mobility", "physical_personal_care"),
        "social": ("social_support_to_carer", "social_substance_misuse", "social_isolation_other"),
    },
}

SERVICES = {
    "advice_guidance_advocacy": "Advice, guidance and advocacy",
    "reablement_at_home": "Reablement at home",
    "residential_intermediate_care": "Residential intermediate care",
    "adaptations": "Adaptations",
    "equipment_and_assistive_technology": "Equipment and assistive technology",
    "residential_and_nursing_care": "Residential and nursing care",
    "care_homes_older_adults": "Care homes for older adults",
    "care_homes_working_age": "Care homes for adults of working age",
    "nursing_homes": "Nursing homes",
    "home_care": "Home care",
    "home_care_by_direct_payment": "Home care by direct payment",
    "live_in_care": "Live-in care",
    "supported_living": "Supported living",
    "assisted_living": "Assisted living",
    "direct_payments": "Direct payments",
    "day_services": "Day services",
    "transport": "Transport",
    "shared_lives": "Shared lives",
    "meals": "Mobile meals and lunch clubs",
    "housing_related_support": "Housing-related support",
    "respite": "Respite",
    "palliative_care": "Palliative care",
    "informal_care": "Informal care",
    "voluntary_and_community": "Voluntary and community sector",
    "other_services": "Other services",
    "all": "All services",
}

LOCALITIES = {
    "blaby": "Blaby",
    "charnwood": "Charnwood",
    "harborough": "Harborough",
    "hinckley_and_bosworth": "Hinckley and Bosworth",
    "melton": "Melton",
    "north_west_leicestershire": "North West Leicestershire",
    "oadby_and_wigston": "Oadby and Wigston",
    "all": "Whole area",
}

#: Areas beside those of the councils in authorities.toml (authorities.areas has both).
AREAS = {
    "leicester_and_leicestershire": "Leicester and Leicestershire",
    "leicester_leicestershire_and_rutland": "Leicester, Leicestershire and Rutland",
    "east_midlands": "East Midlands",
    "england": "England",
    "england_and_wales": "England and Wales",
    "uk": "United Kingdom",
}
#: Areas whose figures belong to no council, by code: every council may use them.
AREA_OF = {"E92000001": "england", "K04000001": "england_and_wales"}
NATIONAL = tuple(AREA_OF)

GROUPS = {
    "women": "Women",
    "men": "Men",
    "white_british": "White British",
    "asian_or_asian_british": "Asian or Asian British",
    "other_ethnic_group": "Other ethnic groups",
    "ethnic_group_not_stated": "Ethnic group not stated",
    "carer": "Carers",
    "dementia": "Dementia",
    "frail_or_temporary_illness": "Frail or temporarily ill",
    "learning_disability": "Learning disability",
    "mental_health": "Mental health",
    "physical_disability": "Physical disability",
    "vulnerable": "Vulnerable",
    "other": "Other",
    "not_known": "Not known",
    "attendee_social_care": "Attendees through social care",
    "attendee_health": "Attendees through the health service",
    "division_commissioning": "Social Care and Commissioning division",
    "division_safeguarding": "Social Care and Safeguarding division",
    "all": "Everyone",
}

MEASURES = {
    "during_year": "at any time during the year",
    "at_date": "on one date",
    "quarter": "during a quarter",
    "year_to_date": "from 1 April to date",
    "during_period": "during the period given",
    "change": "change from the first to the last date given",
    "rule": "a rule, a plan or a definition, not a count",
}

#: The day of the year on which a count on one date stands, and what a count is of, as a page says it.
DAY_OF_COUNT = "31 March"
PEOPLE_COUNTED = {"during_year": "people during a year", "at_date": f"people at {DAY_OF_COUNT}"}

QUANTITIES = {
    "people_with_long_term_support": "people with long-term support from the council",
    "people_with_long_term_support_at_home": "people with long-term support from the council who live at home",
    "population": "people who live in the area",
    "population_65_plus": "people aged 65 and over who live in the area",
    "people_waiting": "people on the waiting list",
    "people_with_direct_payments": "people with direct payments or personal budgets",
    "statutory_complaints": "statutory complaints",
    "complaints": "complaints",
    "complaints_fully_upheld": "complaints fully upheld",
    "complaints_partly_upheld": "complaints partly upheld",
    "commendations": "commendations",
    "gross_budget": "gross budget",
    "cumulative_savings_target": "savings target, added up over the years",
    "beds": "beds in care homes",
    "care_homes": "care homes",
    "new_contacts": "new contacts",
    "still_at_home_91_days": "older people still at home 91 days after discharge from hospital into reablement",
    "assessments_completed": "assessments completed",
    "people_with_eligible_needs": "people found to have eligible needs",
    "share_with_eligible_needs": "share of assessments that found eligible needs",
    "reviews_completed": "reviews completed",
    "people_reviewed": "people reviewed",
    "people_eligible_for_review": "people eligible for a review",
    "new_admissions_to_care_homes": "new permanent admissions to residential and nursing care",
    "admission_rate_65_plus": "admissions of people aged 65 and over, for every 100,000 of them",
    "outcomes_fully_achieved_share": "share of people whose safeguarding outcomes were fully achieved",
    "outcomes_fully_achieved": "people whose safeguarding outcomes were fully achieved",
    "providers_compliant_share": "share of assessed providers that meet the quality framework",
    "providers_assessed": "providers assessed",
    "providers": "providers",
    "providers_assessed_share": "share of providers assessed",
    "sickness_days": "average days lost to sickness",
    "attendees_at_step_1": "day-centre attendees: social worker identified",
    "attendees_at_step_2": "day-centre attendees: first contact",
    "attendees_at_step_3": "day-centre attendees: review in progress",
    "attendees_at_step_4": "day-centre attendees: review completed",
    "attendees_at_step_5": "day-centre attendees: options explored",
    "attendees_at_step_6": "day-centre attendees: follow-up",
    "spending_change": "change of spending",
    "beds_needed": "beds in care homes that are needed",
    "filled_posts": "filled posts in direct care",
    "posts": "posts in direct care, filled or vacant",
    "leavers": "people who leave a post in direct care in a year",
    "hires": "people to hire into direct care in a year",
    "fewer_entrants": "fewer people who come into support",
    "dementia_prevalence": "share of people with dementia",
    "dementia_prevalence_lower_limit": "share of people with dementia, lower 95% limit",
    "dementia_prevalence_upper_limit": "share of people with dementia, upper 95% limit",
}

#: Units of figures, as a page says them after the number; per_cent and gbp are signs instead.
#: Units of figures that name and do not count: a page, a financial year by the year that it begins in, a date by its
#: day in the calendar.
NAMING_UNITS = ("page", "financial_year", "date")
UNITS = {
    name: name.replace("_", " ")
    for name in (
        *("people", "carers", "households", "staff", "jobs", "attendees", "visits", "contacts", "requests"),
        *("assessments", "reviews", "admissions", "alerts", "enquiries", "complaints", "commendations", "referrals"),
        *(
            "cases",
            "beds",
            "places",
            "care_homes",
            "providers",
            "contracts",
            "organisations",
            "inspections",
            "packages",
        ),
        *("items", "areas", "indicators", "issues", "rank", "steps", "hours", "days", "working_days", "calendar_days"),
        *("weeks", "months", "years", "calls_a_week", "times", "percentage_points", "tiers", "surveys", "placements"),
        *("full_time_equivalents", *NAMING_UNITS),
    )
} | {"per_cent": "per cent", "gbp": "pounds", "gbp_a_year": "pounds a year", "per_100k": "for every 100,000 people"}
#: Units of a share or rate, and of how many it says so many.
SHARES = {"per_cent": 100, "per_100k": 100_000}

#: Units that can be a fraction; whatever else is counted, is counted one by one.
FRACTIONAL_UNITS = (
    *("rank", "hours", "days", "working_days", "calendar_days", "weeks", "months", "years", "calls_a_week", "times"),
    *("percentage_points", "full_time_equivalents", "per_cent", "gbp", "gbp_a_year", "per_100k"),
)

#: Units whose figures do not add: the whole's is no sum of its parts'.
UNITS_THAT_DO_NOT_ADD = (
    *("per_cent", "percentage_points", "per_100k", "rank", "steps", "tiers", "times"),
    *("months", "years", *NAMING_UNITS),
)
#: Quantities that are averages or shares, whatever they are in.
QUANTITIES_THAT_DO_NOT_ADD = (
    "sickness_days",
    *("dementia_prevalence", "dementia_prevalence_lower_limit", "dementia_prevalence_upper_limit"),
)


def adds(quantity: str, unit: str) -> bool:
    """Whether the figures of parts add to the whole's: counts and money do, shares, rates and averages do not."""
    return unit not in UNITS_THAT_DO_NOT_ADD and quantity not in QUANTITIES_THAT_DO_NOT_ADD


DIMENSIONS = {
    "age_band": AGE_BANDS,
    "support_reason": SUPPORT_REASONS,
    "setting": SETTINGS,
    "service": SERVICES,
    "locality": LOCALITIES,
    "area": AREAS,
    "group": GROUPS,
    "measure": MEASURES,
    "quantity": QUANTITIES,
}


def order(dimension: str):
    """A sort key that puts the ids of a dimension in the order of this vocabulary, not of the alphabet.

    Values of other columns keep their own order; ids that are not in it (the councils' areas) stand first, by name.
    """
    ranks = {name: (1, rank) for rank, name in enumerate(DIMENSIONS.get(dimension, {}))}
    return lambda column: column.map(lambda value: ranks.get(value, (0, value))) if ranks else column


#: The columns of many draws: of the median, and of the ends of the 50%, the 80% and the 90% band, in their order.
QUANTILES = {"people_p05": 0.05, "people_p10": 0.1, "people_p25": 0.25, "people_p50": 0.5}
QUANTILES |= {"people_p75": 0.75, "people_p90": 0.9, "people_p95": 0.95}
