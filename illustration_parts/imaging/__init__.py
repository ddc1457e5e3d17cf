"""Arrays in, arrays out: what is done to pictures and maps."""
