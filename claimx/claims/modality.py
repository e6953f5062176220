"""Is it so, or only expected, planned, aimed at, supposed, rumoured or denied?"""

from __future__ import annotations

from claimx.claims.cues import CueHit
from claimx.claims.draft import Draft
from claimx.claims.frame import Clause, Frame
from claimx.model import Modality

# nearest clause first; where several speak at once the one further up wins
_ORDER: tuple[Modality, ...] = ("hypothetical", "denied", "target", "plan", "forecast", "rumor")


def read_modality(frame: Frame, draft: Draft) -> None:
    """Fills ``modality`` from the cues before the anchor, in its clause and the earlier ones of its sentence."""
    clause = draft.clause
    own = [
        cue for cue in clause.cues if cue.end <= draft.anchor.start + len(draft.anchor.text) and cue.plays("modality")
    ]
    chosen = _choose(own)
    if chosen is None:
        for earlier in frame.earlier(clause):
            if _settled(clause):
                break
            cues = [cue for cue in earlier.cues if cue.plays("modality") and _reaches(frame, cue, earlier, clause)]
            chosen = _choose(cues)
            if chosen is not None or any(cue.plays("modality.past") for cue in earlier.cues):
                break
    if chosen is None:
        return
    modality, cue = chosen
    draft.modality = modality
    draft.note("modality", cue.start, cue.end, frame.raw)


def _choose(cues: list[CueHit]) -> tuple[Modality, CueHit] | None:
    for modality in _ORDER:
        for cue in reversed(cues):
            if cue.plays(f"modality.{modality}"):
                if any(other.plays("modality.past") and other.start > cue.start for other in cues) and modality not in (
                    "hypothetical",
                    "denied",
                ):
                    continue
                return modality, cue
    return None


def _settled(clause: Clause) -> bool:
    return any(cue.plays("modality.past") for cue in clause.cues)


def _reaches(frame: Frame, cue: CueHit, earlier: Clause, clause: Clause) -> bool:
    """Plans and denials bind their own clause and what is joined to it; expectations run on through the sentence."""
    if cue.plays("modality.forecast") or cue.plays("modality.hypothetical") or cue.plays("modality.rumor"):
        return True
    if cue.plays("modality.plan") or cue.plays("modality.target"):
        return clause.index - earlier.index <= 3
    return clause.index - earlier.index <= 1
