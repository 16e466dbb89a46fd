"""Loads the districts and the 89 regions from the CSV files of this room."""

from pathlib import Path

from django.db import transaction

from common.reference import LoadResult, reference_upsert
from common.tabular import BadRows, RowError, read_csv, whole_number
from regions.models import FederalDistrict, Region, RegionalAuthority

DATA = Path(__file__).parent / "data"
AUTHORITY_NAME = "орган управления образованием {genitive}"
"""What a body is called until somebody writes its real name."""


@transaction.atomic
def regions_load(folder: Path = DATA) -> LoadResult:
    """Bring districts and regions to the state of the files; every region gets an authority.

    Raises BadRows, changing nothing, when any row is bad.
    """
    errors: list[RowError] = []
    districts = [
        (row, {**row.values, "order": whole_number(row, "order", errors)})
        for row in read_csv(folder / "districts.csv")
    ]
    known = {str(values["code"]) for _row, values in districts}
    regions = []
    for row in read_csv(folder / "regions.csv"):
        values = dict(row.values)
        district = values.pop("district")
        if district not in known:
            errors.append(RowError(row.number, "district", f"unknown district «{district}»"))
        tiles = {name: whole_number(row, name, errors) for name in ("tile_column", "tile_row")}
        regions.append((row, {**values, **tiles, "district_id": district}))
    if errors:
        raise BadRows(errors)
    result = reference_upsert(FederalDistrict, "code", districts)
    result += reference_upsert(Region, "code", regions)
    for region in Region.objects.filter(authority=None):
        RegionalAuthority.objects.create(
            region=region, name=AUTHORITY_NAME.format(genitive=region.genitive_ru)
        )
    return result
