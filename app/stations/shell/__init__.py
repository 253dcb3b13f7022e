"""The frame around the stations: sign-on, home, the window with its strip, menu and help."""
