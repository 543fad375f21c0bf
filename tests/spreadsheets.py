"""What a spreadsheet shows, worked out from its cells and their number formats."""

from decimal import Decimal


def as_printed(value, shape):
    """A value as a spreadsheet prints it by a number format, worked out apart from the module."""
    if isinstance(value, str):
        return value
    below = shape.split(";")[-1] if value < 0 and ";" in shape else None
    prefix, shape = ("−", below.removeprefix('"−"')) if below else ("-" if value < 0 else "", shape.split(";")[0])
    if shape.startswith("+"):
        prefix, shape = "+", shape[1:]
    whole, _, decimals = shape.removesuffix("%").partition(".")
    shown = abs(Decimal(repr(value))) * (100 if shape.endswith("%") else 1)
    text = f"{shown:{',' if ',' in whole else ''}.{len(decimals)}f}"
    return prefix + text + "%" * shape.endswith("%")


def table_of(sheet):
    """A sheet's column headings and rows, as a spreadsheet prints them, and its cells."""
    (table,) = sheet.tables.values()
    head, *rows = sheet[table.ref]
    return (
        [cell.value for cell in head],
        [[as_printed(cell.value, cell.number_format) for cell in row] for row in rows],
        [cell for row in rows for cell in row],
    )
