"""Executed notebooks to briefings: one document model, an HTML page and a PDF."""
