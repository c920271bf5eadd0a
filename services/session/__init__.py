"""Who is calling: sessions and tokens, what each session has and did, its live events, and its end."""
