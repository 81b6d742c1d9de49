"""Synthetic people, reproducible from a seed: biodata, fingers, irises, face, signature.

Does not simulate: any real person; every name is made of plain words.
"""

from simulators.people.defects import FaceDefect, FingerDefect, IrisDefect, SlapDefect
from simulators.people.person import Person, make_person
from simulators.people.school_class import make_class

__all__ = ["FaceDefect", "FingerDefect", "IrisDefect", "Person", "SlapDefect", "make_class", "make_person"]
