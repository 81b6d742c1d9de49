"""Speed and memory, measured as ratios against a peer or a physical limit in the same run.

`python -m benchmarks` runs everything, `python -m benchmarks ledger devices` some.
A room is a module or package here with `figures() -> list[Figure]`.
"""
