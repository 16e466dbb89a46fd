"""Loads the districts and the 89 regions from the CSV files of this room."""

from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _

from common.reference import LoadResult, reference_file
from common.tabular import RowError, read_csv, whole_number
from regions.models import FederalDistrict, Region, RegionalAuthority

DATA = Path(__file__).parent / "data"
AUTHORITY_NAME = "орган управления образованием {genitive}"
"""What a body is called until somebody writes its real name."""


@transaction.atomic
def regions_load(folder: Path = DATA) -> LoadResult:
    """Bring districts and regions to the state of the files; every region gets an authority.

    Raises BadRows, changing nothing, when any row is bad.
    """
    result = _districts_load(folder / "districts.csv") + _regions_load(folder / "regions.csv")
    for region in Region.objects.filter(authority=None):
        RegionalAuthority.objects.create(
            region=region, name=AUTHORITY_NAME.format(genitive=region.genitive_ru)
        )
    return result


def _districts_load(path: Path) -> LoadResult:
    errors: list[RowError] = []
    rows = [(row, {**row.values, "order": whole_number(row, "order", errors)}) for row in read_csv(path)]
    return reference_file(FederalDistrict, "code", path, rows, errors)


def _regions_load(path: Path) -> LoadResult:
    errors: list[RowError] = []
    known = set(FederalDistrict.objects.values_list("code", flat=True))
    rows = []
    for row in read_csv(path):
        values = dict(row.values)
        district = values.pop("district", "")
        if district not in known:
            errors.append(
                RowError(row.number, "district", _("unknown district «%(code)s»") % {"code": district})
            )
        tiles = {name: whole_number(row, name, errors) for name in ("tile_column", "tile_row")}
        rows.append((row, {**values, **tiles, "district_id": district}))
    return reference_file(Region, "code", path, rows, errors)
