"""Writes claimx/lexicon/fold.tsv: Traditional to Simplified by single code points.

The data is OpenCC's (Apache-2.0), as packaged by opencc-python-reimplemented: Hong Kong and Taiwan variants are first
taken back to OpenCC's standard Traditional form, then TSCharacters gives the Simplified one. Only one-to-one code point
mappings are kept, so that folding never changes a length.

usage: python scripts/build_fold_table.py      (needs: pip install opencc-python-reimplemented)
"""

import pathlib

import opencc

SOURCE = pathlib.Path(opencc.__file__).parent / "dictionary"
TARGET = pathlib.Path(__file__).parent.parent / "claimx" / "lexicon" / "fold.tsv"
HEADER = """# Traditional to Simplified Chinese, one code point to one code point.
# Made by scripts/build_fold_table.py from OpenCC's TSCharacters, TWVariantsRev and HKVariantsRev (Apache-2.0).
"""


def read(name: str) -> dict[str, str]:
    """First candidate of each single-character entry of an OpenCC dictionary."""
    table = {}
    for line in (SOURCE / name).read_text(encoding="utf-8").splitlines():
        source, _, candidates = line.partition("\t")
        first = candidates.split(" ")[0]
        if len(source) == 1 and len(first) == 1:
            table[source] = first
    return table


def main() -> None:
    simplified = read("TSCharacters.txt")
    table = {source: target for source, target in simplified.items() if source != target}
    for variants in ("TWVariantsRev.txt", "HKVariantsRev.txt"):
        for variant, standard in read(variants).items():
            target = simplified.get(standard, standard)
            if variant not in table and variant != target and variant not in simplified.values():
                table[variant] = target
    lines = "".join(f"{source}\t{target}\n" for source, target in sorted(table.items()))
    TARGET.write_text(HEADER + lines, encoding="utf-8")


if __name__ == "__main__":
    main()
