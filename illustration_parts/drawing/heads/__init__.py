"""Heads in every view: faces and hair."""
