"""What Silian promises in figures, measured: ``make bench``."""
