"""The command line: arguments in, words or JSON out, an exit code that means something.

Exit codes: 0 done; 1 the check or rehearsal found something wrong; 2 wrong use of the
command; 3 refused by a rule of the field or for lack of a role; 4 a device or the
link is not there; 5 data could not be stored or does not match its hash; 130 broken off.
"""

from station.cli.main import run

__all__ = ["run"]
