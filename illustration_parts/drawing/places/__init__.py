"""Grounds, landscapes, rooms, streets, weather."""
