"""Quality and speed of each task."""
