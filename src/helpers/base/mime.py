"""The types of output that a briefing is made of, beside Markdown: what a notebook shows and publishing reads."""

FRONT = "application/vnd.scrutiny.front+json"
FIGURE = "application/vnd.scrutiny.figure+json"
TABLE = "application/vnd.scrutiny.table+json"
SENTENCE = "application/vnd.scrutiny.sentence+json"
