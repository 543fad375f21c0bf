"""Executed notebooks to briefings: one document model, an HTML page, a PDF and a spreadsheet."""
