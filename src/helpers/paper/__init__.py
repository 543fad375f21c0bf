"""Words, tables, charts, HTML, PDF, spreadsheet, editions: what a reader gets."""
