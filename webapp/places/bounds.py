"""The bounds of a grid: GeoJSON in WGS-84, checked when it comes in, drawn without a base map."""

from __future__ import annotations

import json
import math
from typing import Any, Final

from sqlalchemy import Connection, update

from webapp.places.models import Cell

FILE_MOST_BYTES: Final = 1 << 20
POINTS_MOST: Final = 5_000
RING_LEAST: Final = 4  # three corners, and the first one once more
Ring = list[tuple[float, float]]


class Unfit(Exception):
    """This is no outline of a place; the message says why."""


def geometry_of(text: bytes) -> dict[str, Any]:
    """The polygon, or polygons, of a GeoJSON file: a geometry, a feature, or a collection of one feature."""
    if len(text) > FILE_MOST_BYTES:
        raise Unfit("The file is larger than 1 MB.")
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Unfit("This is no GeoJSON.") from error
    if isinstance(found, dict) and found.get("type") == "FeatureCollection":
        features = found.get("features")
        if not isinstance(features, list) or len(features) != 1:
            raise Unfit("The file should hold one feature: the outline of this grid.")
        found = features[0]
    if isinstance(found, dict) and found.get("type") == "Feature":
        found = found.get("geometry")
    if not isinstance(found, dict) or found.get("type") not in ("Polygon", "MultiPolygon"):
        raise Unfit("The outline should be a Polygon or a MultiPolygon.")
    geometry = {"type": found["type"], "coordinates": found.get("coordinates")}
    if sum(len(ring) for ring in rings(geometry)) > POINTS_MOST:
        raise Unfit(f"The outline has more than {POINTS_MOST} points.")
    return geometry


def rings(geometry: dict[str, Any]) -> list[Ring]:
    """Every ring, outer and inner, as longitude and latitude."""
    coordinates = geometry["coordinates"]
    polygons = [coordinates] if geometry["type"] == "Polygon" else coordinates
    try:
        found = [[_point(point) for point in ring] for polygon in polygons for ring in polygon]
    except TypeError as error:
        raise Unfit("The outline's coordinates should be lists of positions.") from error
    if not found or any(len(ring) < RING_LEAST or ring[0] != ring[-1] for ring in found):
        raise Unfit("Each ring needs at least three corners and ends where it begins.")
    return found


def _point(point: Any) -> tuple[float, float]:
    if not isinstance(point, list) or len(point) < 2 or any(type(one) not in (int, float) for one in point[:2]):
        raise Unfit("A position is a longitude and a latitude.")
    longitude, latitude = float(point[0]), float(point[1])
    if not (abs(longitude) <= 180 and abs(latitude) <= 90):
        raise Unfit("Longitude comes first, within 180, then latitude, within 90 degrees.")
    return longitude, latitude


def keep(connection: Connection, grid_code: str, geometry: dict[str, Any] | None) -> bool:
    """Keeps the bounds of a grid; False where there is no such grid."""
    mine = update(Cell).where(Cell.grid_code == grid_code, Cell.kind == "grid")
    return connection.execute(mine.values(bounds=geometry)).rowcount == 1


def outline(geometry: dict[str, Any], size: float) -> str:
    """The rings as an SVG path within a square of this size, north up, as far from its edges on all sides.

    Over a grid's few hundred metres the earth is flat: a degree of longitude is shorter by the latitude's cosine.
    """
    every = rings(geometry)
    points = [point for ring in every for point in ring]
    middle = math.radians(sum(latitude for _lon, latitude in points) / len(points))
    plane = [[(longitude * math.cos(middle), -latitude) for longitude, latitude in ring] for ring in every]
    xs, ys = zip(*(point for ring in plane for point in ring), strict=True)
    extent = max(max(xs) - min(xs), max(ys) - min(ys)) or 1
    left, top = (size - (max(some) - min(some)) / extent * size for some in (xs, ys))

    def place(x: float, y: float) -> str:
        return f"{(x - min(xs)) / extent * size + left / 2:.1f} {(y - min(ys)) / extent * size + top / 2:.1f}"

    return " ".join("M" + "L".join(place(*point) for point in ring) + "Z" for ring in plane)
