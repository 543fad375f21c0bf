"""Words, tables, charts, HTML, PDF, spreadsheet, editions: what a reader gets. In a notebook, %%say is known with it."""

import sys

if "IPython" in sys.modules:
    from helpers.paper import messages

    messages.register()
