"""The front end's build step."""
