"""What JupyterLab is given by `make lab`: settings (labconfig), and names of its export menu, as words of a language.

JupyterLab names a format that it does not know by its id, and asks the language pack for a better name: ours, which is
British English, has the names of the briefings and nothing else.
"""
