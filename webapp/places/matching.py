"""Which door of a file is which household that is known already, and what would change: pure, nothing is written.

A household is recognised by building, unit and door within its estate; by its id where the file has one, as exports
do. A door that has gone from one unit of a building and turned up in another is the same household moved, where the
file lists that building anew and leaves no doubt; else it is told, and taken for a new one.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final

from webapp.places.columns import Head
from webapp.places.grid import GRID_DIGITS
from webapp.places.import_words import Told
from webapp.places.rows import Row, plain
from webapp.places.spreadsheet import cell_name

NOTES_OF_A_KIND: Final = 50
Place = tuple[int, int, str]  # building, unit, door


@dataclass(frozen=True)
class Known:
    """A household as it stands. ``person`` has what is known of who answers for it."""

    id: str
    grid: str
    building: int
    unit: int
    floor: int
    door: str
    person: dict[str, Any] = field(default_factory=dict)

    @property
    def place(self) -> Place:
        return self.building, self.unit, self.door.upper()


@dataclass
class Estate:
    """What there is before the import: households, grids, and in which grid a building without doors stands."""

    households: dict[str, Known]
    grids: list[str]
    empty_buildings: dict[int, set[str]]


@dataclass(frozen=True)
class Change:
    """What becomes of a household; ``old`` is None for a new one. ``person`` is what is new about who answers."""

    old: Known | None
    grid: str
    row: Row
    person: dict[str, Any]


@dataclass
class Plan:
    added: list[Change] = field(default_factory=list)
    changed: list[Change] = field(default_factory=list)
    regridded: dict[int, tuple[str, str]] = field(default_factory=dict)  # building → grids before and after
    faults: list[Told] = field(default_factory=list)
    notes: list[Told] = field(default_factory=list)


def plan_of(rows: list[Row], head: Head, estate: Estate) -> Plan:
    """What taking these rows over would do. Where there are faults, nothing may be taken over."""
    return _Matching(rows, head, estate).plan()


class _Matching:
    def __init__(self, rows: list[Row], head: Head, estate: Estate) -> None:
        self.rows, self.head, self.estate = rows, head, estate
        self.found = Plan()
        self.by_place = {known.place: known for known in estate.households.values()}
        self.claims: dict[str, Row] = {}  # household → its row
        self.fresh: list[Row] = []

    def plan(self) -> Plan:
        grids = self._grids()
        self._no_door_twice()
        self._by_id()
        self._by_place()
        self._moved()
        self._nothing_taken()
        if not self.found.faults:
            self._changes(grids)
            self._told_what_stays()
        return self.found

    def fault(self, row: Row, column: str, code: str, /, **values: object) -> None:
        at = self.head.columns.get(column, self.head.columns["building"])
        self.found.faults.append(Told(cell_name(at, row.number), code, values))

    # --- which grid a building is in ---

    def _grids(self) -> dict[int, str]:
        first: dict[int, Row] = {}
        named: dict[int, list[tuple[str, Row]]] = defaultdict(list)
        for row in self.rows:
            first.setdefault(row.building, row)
            if row.grid is None:
                continue
            grid = self._grid_of(row.grid)
            if grid is None:
                self.fault(row, "grid", "grid", text=row.grid[:20], grids=" ".join(sorted(self.estate.grids)))
            else:
                named[row.building].append((grid, row))
        standing: dict[int, set[str]] = defaultdict(set)
        for known in self.estate.households.values():
            standing[known.building].add(known.grid)
        agreed = {building: self._agreed(some) for building, some in named.items()}
        return {one: self._settled(row, agreed.get(one), standing[one]) for one, row in first.items()}

    def _agreed(self, named: list[tuple[str, Row]]) -> str:
        """What most rows of a building say; the others are at fault."""
        grid = Counter(grid for grid, _row in named).most_common(1)[0][0]
        right = next(row for said, row in named if said == grid)
        for said, row in named:
            if said != grid:
                self.fault(row, "grid", "grid_differs", building=row.building, row=right.number)
        return grid

    def _settled(self, row: Row, grid: str | None, standing: set[str]) -> str:
        building = row.building
        before = standing or self.estate.empty_buildings.get(building, set())
        if len(standing) > 1:
            self.fault(row, "building", "two_grids", building=building)
        elif grid is not None:
            if standing and grid not in standing:
                self.found.regridded[building] = (next(iter(standing)), grid)
            return grid
        elif len(before) == 1:
            return next(iter(before))
        elif len(self.estate.grids) == 1:
            return self.estate.grids[0]
        else:
            self.fault(row, "grid", "grid_needed", building=building, n=len(self.estate.grids))
        return ""

    def _grid_of(self, text: str) -> str | None:
        """A grid by its whole code, or by its number within the community: 630102001001002, 002, 2, 2网格."""
        text = plain(text).removesuffix("网格").removeprefix("第")
        if text in self.estate.grids:
            return text
        if not (text.isascii() and text.isdigit()):
            return None
        fit = [grid for grid in self.estate.grids if int(grid[-GRID_DIGITS:]) == int(text)]
        return fit[0] if len(fit) == 1 else None

    # --- which row is which household ---

    def _no_door_twice(self) -> None:
        seen: dict[Place, Row] = {}
        for row in self.rows:
            if seen.setdefault(row.place, row) is not row:
                self.fault(row, "door", "twice", row=seen[row.place].number)

    def _by_id(self) -> None:
        for row in self.rows:
            if row.id is None:
                continue
            if row.id not in self.estate.households:
                self.fault(row, "id", "id")
            elif self.claims.setdefault(row.id, row) is not row:
                self.fault(row, "id", "id_twice", row=self.claims[row.id].number)

    def _by_place(self) -> None:
        for row in self.rows:
            if row.id is None:
                known = self.by_place.get(row.place)
                if known is None or known.id in self.claims:
                    self.fresh.append(row)
                else:
                    self.claims[known.id] = row

    def _moved(self) -> None:
        """A door alone tells who it is only where the file has the building whole, and one door went and one came."""
        left: dict[tuple[int, str], list[Known]] = defaultdict(list)
        for known in self.estate.households.values():
            if known.id not in self.claims:
                left[known.building, known.door.upper()].append(known)
        came = Counter((row.building, row.door) for row in self.fresh)
        listed = {self.estate.households[id].building for id in self.claims}
        whole = {
            building for building in listed
            if all(len(some) == came[key] == 1 for key, some in left.items() if key[0] == building)
        }  # fmt: skip
        every, self.fresh = self.fresh, []
        for row in every:
            some = left.get((row.building, row.door), [])
            if some and row.building in whole:
                self.claims[some[0].id] = row
                continue
            self.fresh.append(row)
            if some:
                places = {"old": list(some[0].place), "new": list(row.place)}
                self.found.notes.append(Told(self._at(row), "alike", places))

    def _nothing_taken(self) -> None:
        """No row may go where a household stands that is not in the file."""
        for id, row in self.claims.items():
            there = self.by_place.get(row.place)
            if there is not None and there.id != id and there.id not in self.claims:
                self.fault(row, "door", "taken", place=list(row.place))

    # --- what changes ---

    def _changes(self, grids: dict[int, str]) -> None:
        for row in self.fresh:
            self.found.added.append(Change(None, grids[row.building], row, row.person))
        for id, row in self.claims.items():
            self._change(self.estate.households[id], row, grids[row.building])
        for building, (before, after) in self.found.regridded.items():
            self.found.notes.append(Told("", "building_moved", {"building": building, "grid": after}))
            for known in self.estate.households.values():
                if known.building == building and known.grid == before and known.id not in self.claims:
                    stands = Row(0, building, known.unit, known.floor, known.door)
                    self.found.changed.append(Change(known, after, stands, {}))

    def _change(self, known: Known, row: Row, grid: str) -> None:
        person = {name: value for name, value in row.person.items() if known.person.get(name) != value}
        same = (known.grid, known.place, known.floor) == (grid, row.place, row.floor)
        if not same or person:
            self.found.changed.append(Change(known, grid, row, person))
        if known.place != row.place:
            self.found.notes.append(Told(self._at(row), "moved", {"old": list(known.place), "new": list(row.place)}))

    def _at(self, row: Row) -> str:
        return cell_name(self.head.columns["unit"], row.number)

    def _told_what_stays(self) -> None:
        if stays := len(self.estate.households) - len(self.claims):
            self.found.notes.append(Told("", "stays", {"n": stays}))


def shortened(notes: Iterable[Told]) -> list[Told]:
    """Of each kind the first ones, and how many more there are."""
    every = list(notes)
    counts = Counter(note.code for note in every)
    shown: Counter[str] = Counter()
    found = []
    for note in every:
        shown[note.code] += 1
        if shown[note.code] <= NOTES_OF_A_KIND:
            found.append(note)
        elif shown[note.code] == counts[note.code]:
            found.append(Told("", "more", {"n": counts[note.code] - NOTES_OF_A_KIND}))
    return found
