"""The errors claimx raises: one small tree, each message says what is wrong and what to do."""


class ClaimxError(Exception):
    """Base of every error claimx raises on purpose; the message is one helpful sentence."""


class UnreadableInput(ClaimxError):
    """A file, stream or record that cannot be turned into text."""


class InvalidOption(ClaimxError):
    """An argument or setting whose value cannot be used."""


class LexiconError(ClaimxError):
    """A lexicon file that does not follow its format; the message names file and line."""


class CorpusError(ClaimxError):
    """An annotated article whose inline markup or claim lines are malformed; the message names file and line."""


class MissingExtra(ClaimxError):
    """A part that needs packages which are not installed; the message names the extra."""
