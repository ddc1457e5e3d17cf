"""The page that finds lines in a browser: what builds it, and what shows it."""
