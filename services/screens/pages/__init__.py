"""The doors of the screens: fetch, present, render. A form posts to its owner and goes back to a page."""
