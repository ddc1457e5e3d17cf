"""Runs and trains any network; knows no task."""
