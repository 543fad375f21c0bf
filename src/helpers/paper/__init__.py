"""Words, tables, charts, HTML, PDF, spreadsheet, editions: what a reader gets. It brings %%say to a notebook."""

import sys

if "IPython" in sys.modules:
    from helpers.paper import messages

    messages.register()
