"""Things and animals."""
