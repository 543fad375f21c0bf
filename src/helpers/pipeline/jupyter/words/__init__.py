"""British English for JupyterLab: the names of the briefings in its export menu, and nothing else.

JupyterLab names a format that it does not know by its id, and asks its language pack for a better name.
"""
