"""What holds for every record alike: its author may amend it."""
