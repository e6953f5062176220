"""The claim stage: values and reported words in, claims with their roles, scope and type out."""

from claimx.claims.assemble import find_claims

__all__ = ["find_claims"]
