"""One council's own: its figures, its assumptions, its series and its checks."""
