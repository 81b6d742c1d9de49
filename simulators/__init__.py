"""Everything at the far end of a cable or network: simulated devices, people, links and the national centre.

Not part of the product: the station is pointed here by the addresses in kit.toml
and cannot tell the difference.
"""
