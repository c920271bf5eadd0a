"""Headers that have fewer names than the rows below them have cells: as R writes row names, and where a delimiter ends every row."""

from __future__ import annotations

from collections.abc import Sequence

from services.dataproc.reading.layout.cell_kinds import CellKind, cell_kind, filled

Row = list[str]

NAMED_ROWS = 200  # looked at for names of rows
ENDED_BY_DELIMITER = 2 / 3
"""Of so many rows with nothing behind the last delimiter, it ends the rows, and the others have a remark behind it; a column of R is seldom so empty."""
NUMBERS_ROWS = frozenset(
    {"id", "no", "no.", "nr", "nr.", "num", "number", "nummer", "#", "index", "idx", "pos", "row", "rank", "key"}
)
"""Names that stand over the numbers of rows themselves; R gives these none."""
COUNTS_ROWS = NUMBERS_ROWS | frozenset(
    """
    day week month quarter year period round step level class grade page line
    tag woche monat quartal jahr runde stufe klasse seite zeile
    jour semaine mois trimestre niveau classe dia semana mes trimestre ronda nivel clase
    """.split()
)
NAMES_THINGS = frozenset(
    """
    name names item items product products article sku code city town place country state region district county province
    shop store branch site station airport hotel school company firm supplier vendor customer client user person employee
    player team club author title brand model make category type kind group species department account project currency
    symbol ticker label description
    stadt ort land staat laden filiale firma kunde artikel produkt titel marke kategorie art gruppe abteilung konto
    nom ville pays magasin entreprise societe client produit titre marque categorie groupe compte
    nombre ciudad pais tienda empresa cliente producto articulo titulo marca categoria grupo cuenta
    """.split()
)
"""Names that stand over words or codes and not over amounts: where the first cells are such, the first name is theirs."""


def unnamed_row_names(head: Row, body: Sequence[Row], width: int) -> bool:
    """One name fewer than columns, over a first column that numbers or names the rows (as R writes tables).

    Not where nothing stands behind the last delimiter: it ends the rows then, and the names stand where they should.
    """
    if len(head) != width - 1 or not all(cell.strip() for cell in head) or not body:
        return False
    whole = [row for row in body[:NAMED_ROWS] if len(row) == width]
    if share_of_empty_ends(whole) >= ENDED_BY_DELIMITER:
        return False
    first = [row[0] for row in whole]
    if head[0].strip().lower() in NUMBERS_ROWS and all(map(str.isdecimal, first)):
        return False
    numbered = [str(n) for n in range(1, len(first) + 1)], [str(n) for n in range(len(first))]
    named = len(set(first)) == len(first) > 1 and all(cell_kind(cell) is CellKind.TEXT for cell in first)
    return first in numbered or named


def share_of_empty_ends(rows: Sequence[Row]) -> float:
    """In how many of the rows does nothing stand behind the last delimiter?"""
    return sum(not row[-1].strip() for row in rows) / len(rows) if rows else 1.0


def first_name_fits(head: Row, body: Sequence[Row]) -> bool:
    """Does the first name say what the first cells are (a city over words, a week over 1, 2, 3), and not what the second ones are?"""
    name = head[0].strip().lower()
    whole = [row for row in body[:NAMED_ROWS] if len(row) > 1]
    if name in NAMES_THINGS:
        kinds = {cell_kind(row[0]) for row in whole}, {cell_kind(row[1]) for row in whole}
        return CellKind.TEXT in kinds[0] and CellKind.TEXT not in kinds[1]
    return name in COUNTS_ROWS and all(row[0].isdecimal() for row in whole)


def remarks_on_width(head: Row, body: Sequence[Row], width: int, *, row_names: bool) -> tuple[str, ...]:
    """What has to be said where most rows are longer than a header of which every cell is a name."""
    names = len(head)
    if names >= width or not all(cell.strip() for cell in head) or names < 2 or not body:
        return ()
    if row_names:
        return (f"the header has {names} names over {width} columns: the first column is read as names of rows",)
    whole = [row for row in body if len(row) == width]
    if not any(filled(row[names:]) for row in whole):
        return ("nothing stands behind the delimiter that ends the rows",) if whole else ()
    return (f"the header has {names} names over {width} columns: the last have none",)
