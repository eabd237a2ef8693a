"""What happens around the app: its virtual environment, its processes, its embedded server.

Standard library only: this package runs before anything is installed.
"""
