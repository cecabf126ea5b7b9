"""Who is woken when. A wake-up is a hint, never a fact: rows are the truth, and a sweep alone finishes all work."""
