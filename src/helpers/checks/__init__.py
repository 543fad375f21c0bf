"""Figures against figures: what can be recomputed of what was published."""
