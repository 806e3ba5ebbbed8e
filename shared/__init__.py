"""What two services or more need and no service owns. Nothing here decides anything about a patient."""
