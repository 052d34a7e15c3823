"""The demo estate: invented people, places and a month of history, through the same commands as real records."""
