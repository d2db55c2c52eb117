"""Two sequences laid side by side in their orders: which elements pair in every best way to do so.

The recurrence is that of global sequence alignment without a price for gaps (S. B. Needleman and C. D. Wunsch, 1970,
doi:10.1016/0022-2836(70)90057-4).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

Table = list[list[int]]


def aligned(rows: int, columns: int, score: Callable[[int, int], int]) -> list[int | None]:
    """Return the column of each row; None where the best alignments differ about it, or leave it out.

    Args:
        rows: How many elements the first sequence has.
        columns: How many the second has. Time and memory grow with the product of both.
        score: What the pair of a row and a column is worth; 0 where they are no pair.
    """
    scores = [[score(row, column) for column in range(columns)] for row in range(rows)]
    before = _table(scores, columns)
    # The same from the other end: after[i][j] is the best for what follows row i and column j.
    after = _mirrored(_table(_mirrored(scores), columns))
    best = before[rows][columns]
    return [_only_column(scores[row], before[row], after[row + 1], best) for row in range(rows)]


def _only_column(scores: Sequence[int], before: Sequence[int], after: Sequence[int], best: int) -> int | None:
    """Return the column that a row has in every best alignment.

    Args:
        scores: Of the row, with each column.
        before: The best for the rows above, by how many columns they have.
        after: The best for the rows below, by the first column that they have.
        best: For everything.
    """
    if any(above + below == best for above, below in zip(before, after, strict=True)):
        return None  # as good without this row
    paired = [
        column for column, value in enumerate(scores) if value and before[column] + value + after[column + 1] == best
    ]
    return paired[0] if len(paired) == 1 else None


def _table(scores: Table, columns: int) -> Table:
    """Return the best sums of scores for the first i rows and j columns."""
    above = [0] * (columns + 1)
    table = [above]
    for row in scores:
        current = [0] * (columns + 1)
        best = 0
        for column, value in enumerate(row):
            best = max(best, above[column + 1], above[column] + value)
            current[column + 1] = best
        table.append(current)
        above = current
    return table


def _mirrored(table: Table) -> Table:
    return [row[::-1] for row in reversed(table)]
