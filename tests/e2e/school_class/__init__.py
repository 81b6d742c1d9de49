"""A whole school class recorded in the real app by a typist who only sees the terminal: `make class-of-40`."""
