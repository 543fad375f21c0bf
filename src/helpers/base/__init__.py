"""Words, periods, vocabulary, councils, files and errors: what everything else speaks in."""
