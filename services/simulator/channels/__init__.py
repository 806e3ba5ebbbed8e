"""The only speakers to the outside: MLLP to the hospital's listener, REST to the services."""
