"""Starts the servers Homeward can run on, from what is installed: PostgreSQL and Kafka. For tests and `make stack`."""
