"""Notifications: tells people. Owns alerts, what people do about them, and the live feed."""
