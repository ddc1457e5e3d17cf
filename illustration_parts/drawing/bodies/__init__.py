"""Bodies, clothes, and whole figures."""
