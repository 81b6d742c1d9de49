"""The rehearsal of a day: a tireless operator who does through the services what a person does at the screens."""
