"""The project's names for what is counted, and the words in which a page says them.

Ids are what tables, notebooks and code use; labels are what councillors read.
"""

AGE_BANDS = {
    "0-24": "0 to 24",
    "18-24": "18 to 24",
    "18-64": "18 to 64",
    "25-64": "25 to 64",
    "65-74": "65 to 74",
    "65-84": "65 to 84",
    "75-84": "75 to 84",
    "85+": "85 and over",
    "65+": "65 and over",
    "all": "All ages",
}

SUPPORT_REASONS = {
    "physical_access_and_mobility": "Physical support: access and mobility",
    "physical_personal_care": "Physical support: personal care",
    "sensory_visual": "Sensory support: visual impairment",
    "memory_and_cognition": "Memory and cognition",
    "learning_disability": "Learning disability",
    "mental_health": "Mental health",
    "social_substance_misuse": "Social support: substance misuse",
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
    "not_printed": "Not in the published table",
    "all": "All settings",
}

CARE_HOME_SETTINGS = ("nursing", "residential")

MEASURES = {
    "during_year": "at any time during the year",
    "at_date": "on one date",
    "quarter": "during a quarter",
    "year_to_date": "from 1 April to date",
}

QUANTITIES = {
    "people_with_long_term_support": "people with long-term support from the council",
    "population": "people who live in the area",
}

UNITS = {"people": "people"}

DIMENSIONS = {
    "age_band": AGE_BANDS,
    "support_reason": SUPPORT_REASONS,
    "setting": SETTINGS,
    "measure": MEASURES,
}


def order(dimension: str):
    """A sort key that puts the ids of a dimension in the order of this vocabulary, not of the alphabet.

    Values of other columns keep their own order.
    """
    ranks = {name: rank for rank, name in enumerate(DIMENSIONS.get(dimension, {}))}
    return lambda column: column.map(lambda value: ranks.get(value, value)) if ranks else column
