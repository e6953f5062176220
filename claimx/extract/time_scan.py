"""Finds the atoms of a text: a fixed number of linear passes over the folded view."""

from __future__ import annotations

from claimx.extract.time_atoms import Atom
from claimx.extract.time_counted import counted_atoms
from claimx.extract.time_figures import clock_atoms, figure_atoms, latin_atoms, lunar_atoms
from claimx.extract.time_words import phrase_atoms, weekday_atoms, word_atoms

SCANS = (word_atoms, phrase_atoms, counted_atoms, weekday_atoms, figure_atoms, clock_atoms, latin_atoms, lunar_atoms)


def find_atoms(folded: str) -> list[Atom]:
    """Every atom in text order, the leftmost and longest where they overlap."""
    atoms = [atom for scan in SCANS for atom in scan(folded)]
    atoms.sort(key=lambda atom: (atom.start, -atom.end))
    kept: list[Atom] = []
    last = 0
    for atom in atoms:
        if atom.start >= last:
            last = atom.end
            kept.append(atom)
    return [atom for atom in kept if atom.kind != "guard"]
