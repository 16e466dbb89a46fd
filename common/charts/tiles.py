"""The map of equal tiles."""

from collections.abc import Iterable
from dataclasses import dataclass

from common.formatting import Number


@dataclass(frozen=True)
class Tile:
    """A region on the tile map; ``column`` and ``row`` count from 0, ``score`` None means "not rated"."""

    code: str
    label: str
    name: str
    url: str
    column: int
    row: int
    score: Number | None
    zone: str
    certain: bool = True
    note: str = ""

    @property
    def side(self) -> str:
        """Which way the tile's explanation opens, so that it stays on the screen."""
        return "start" if self.column < TILE_COLUMNS // 2 else "end"


TILE_COLUMNS = 20
TILE_ROWS = 12


def tile_order(tiles: Iterable[Tile]) -> list[Tile]:
    """Tiles as a reader meets them, row by row; a tile outside the 20 × 12 field is an error.

    Raises ``ValueError`` for a place outside the field or taken twice.
    """
    ordered = sorted(tiles, key=lambda tile: (tile.row, tile.column))
    places = [(tile.row, tile.column) for tile in ordered]
    if len(set(places)) != len(places):
        raise ValueError("two tiles stand on one place")
    if any(not (0 <= row < TILE_ROWS and 0 <= column < TILE_COLUMNS) for row, column in places):
        raise ValueError("a tile stands outside the field")
    return ordered
