"""Arithmetic alone: population, support, scenarios, uncertainty. Opens no files."""
