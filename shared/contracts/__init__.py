"""The published language: events and REST shapes. All that the services know of each other."""
