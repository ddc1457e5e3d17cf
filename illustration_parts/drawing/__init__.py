"""Draws the training pictures, with exact ground truth."""
