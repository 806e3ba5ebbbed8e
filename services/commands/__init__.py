"""The commands of `homeward`, one file each."""
