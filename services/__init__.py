"""The services of Homeward. They never import each other; `services.__main__` alone knows them all."""
