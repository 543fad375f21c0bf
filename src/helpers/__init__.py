"""Reproducible scrutiny briefings on adult social care: the library behind the notebooks."""
