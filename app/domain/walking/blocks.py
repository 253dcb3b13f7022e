"""The shortest walk through rectangular blocks: parallel aisles between two or a few cross aisles, exactly.

Ratliff and Rosenthal (Operations Research 31 (3), 1983, 507–521) build the walk of one block aisle by aisle: of all
half-built walks only what matters at the border is kept, which is the parity of the paths that arrive there and what
hangs together. Several blocks are the same with more cross aisles at the border (Cambazard and Catusse, European
Journal of Operational Research 270 (2), 2018, 419–429). Here the border moves on by one piece at a time, so that one
rule each for a piece of aisle and for a piece of cross aisle is enough. A walk that ends elsewhere than it starts has
an odd number of paths at both of these spots and an even one everywhere else.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from math import inf

from app.domain.walking.network import Network, Spot

MOST_ROWS = 4
"""Cross aisles (and dead ends) up to which an exact walk takes milliseconds; each more takes about six times longer."""

_NEAR_MM = 0.5

Vertex = tuple[float, float]
"""A place by its row and column coordinates."""


@dataclass(frozen=True, slots=True)
class Grid:
    """A network as rows (cross aisles) and columns (aisles), each at its place in mm.

    `along`: pieces of row that can be walked, (row, column) to the next column. `across`: pieces of aisle,
    (row, column) to the next row. `turned`: the aisles lie along x, so that a column has its place on the y axis.
    """

    rows: tuple[float, ...]
    columns: tuple[float, ...]
    along: frozenset[tuple[int, int]]
    across: frozenset[tuple[int, int]]
    turned: bool


def grid_of(network: Network) -> Grid | None:
    """The network as a grid of few rows; None where it is none: one-way, slanting, or of too many cross aisles."""
    if network.one_way:
        return None
    xs, ys = (sorted({round(place[axis], 3) for place in network.junctions}) for axis in (0, 1))
    turned = len(xs) < len(ys)
    rows, columns = (xs, ys) if turned else (ys, xs)
    if len(rows) > MOST_ROWS:
        return None
    along, across = set(), set()
    for path in network.paths:
        ends = [network.junctions[end] for end in (path.first, path.second)]
        at = sorted((rows.index(round(end[not turned], 3)), columns.index(round(end[turned], 3))) for end in ends)
        (row, column), (last_row, last_column) = at
        if row == last_row:
            along |= {(row, n) for n in range(column, last_column)}
        elif column == last_column:
            across |= {(n, column) for n in range(row, last_row)}
        else:
            return None
    return Grid(tuple(rows), tuple(columns), frozenset(along), frozenset(across), turned)


def shortest(network: Network, grid: Grid, spots: Sequence[Spot]) -> list[int]:
    """The order in which to visit spots, as their numbers, from the first one to the last one, both included.

    The first and the last may be the same place. Exact: no walk through these spots is shorter.
    """
    board = _Board.of(grid, [vertex_of(network, grid, spot) for spot in spots])
    walk = _euler(_cheapest(board), board.spots[0])
    seen = {place: turn for turn, place in reversed(list(enumerate(walk)))}
    inner = sorted(range(1, len(spots) - 1), key=lambda n: (seen[board.spots[n]], n))
    return [0, *inner, len(spots) - 1]


def shortest_mm(grid: Grid, places: Sequence[Vertex]) -> float:
    """How long the walk of `shortest` is, in less time than it takes to find its order."""
    board = _Board.of(grid, places)
    inside, _ = _inside_one_piece(board)
    return min(inside, _sweep(board)[-1].get(_DONE, (inf,))[0])


def vertex_of(network: Network, grid: Grid, spot: Spot) -> Vertex:
    """The place of a spot on the grid: row and column coordinates, on a line where it lies on one."""
    return _snapped(network.xy(spot), grid)


@dataclass(frozen=True, slots=True)
class _Board:
    """The grid with the spots of one walk on it. Columns are added where a spot lies between two of them, on a row.

    `spots` are their places: `on_rows` those on cross aisles, `inner` those inside each piece of aisle. `odd` are those
    with an odd number of paths: where the walk starts and ends, if these are two.
    """

    rows: tuple[float, ...]
    columns: tuple[float, ...]
    along: frozenset[tuple[int, int]]
    across: frozenset[tuple[int, int]]
    spots: tuple[Vertex, ...]
    inner: Mapping[tuple[int, int], tuple[float, ...]]
    on_rows: frozenset[Vertex]
    odd: frozenset[Vertex]

    @classmethod
    def of(cls, grid: Grid, places: Sequence[Vertex]) -> "_Board":
        rows = set(grid.rows)
        columns = tuple(sorted({*grid.columns, *(column for row, column in places if row in rows)}))
        old = {place: n for n, place in enumerate(grid.columns)}
        before = [max(n for place, n in old.items() if place <= column) for column in columns]
        along = {
            (row, n) for row in range(len(grid.rows)) for n in range(len(columns) - 1) if (row, before[n]) in grid.along
        }
        number = {place: n for n, place in enumerate(columns)}
        across = {(row, number[grid.columns[column]]) for row, column in grid.across}
        inner: defaultdict[tuple[int, int], set[float]] = defaultdict(set)
        for row, column in places:
            if row not in rows:
                inner[max(n for n, place in enumerate(grid.rows) if place < row), number[column]].add(row)
        ends = frozenset((places[0], places[-1])) if places[0] != places[-1] else frozenset[Vertex]()
        sorted_inner = {piece: tuple(sorted(found)) for piece, found in inner.items()}
        on_rows = frozenset(place for place in places if place[0] in rows)
        return cls(grid.rows, columns, frozenset(along), frozenset(across), tuple(places), sorted_inner, on_rows, ends)


def _snapped(xy: tuple[float, float], grid: Grid) -> Vertex:
    row, column = (xy[0], xy[1]) if grid.turned else (xy[1], xy[0])

    def nearest(place: float, lines: Sequence[float]) -> float:
        best = min(lines, key=lambda line: abs(line - place))
        return best if abs(best - place) <= _NEAR_MM else round(place, 3)

    return nearest(row, grid.rows), nearest(column, grid.columns)


_State = tuple[tuple[int, int], ...]
"""Of each row at the border: parity of the paths that arrive there, and the number of its component (0: untouched)."""

_DONE: _State = ()
"""The walk is complete; nothing may follow."""

_Piece = tuple[Vertex, Vertex, int]
"""So many paths between two places."""

_Layer = dict[_State, tuple[float, _State, tuple[_Piece, ...]]]
"""Half-built walks by their border: how long the shortest is, the border before the last step, what that step laid."""


@dataclass(frozen=True, slots=True)
class _Crossing:
    """One way to serve a piece of aisle: paths at its lower and upper end, whether it joins them, which they are."""

    low: int
    high: int
    joins: bool
    length: float
    pieces: tuple[_Piece, ...]


def _cheapest(board: _Board) -> list[_Piece]:
    """The cheapest set of paths that hangs together, touches every spot and can be walked in one go."""
    inside, pieces = _inside_one_piece(board)
    layers = _sweep(board)
    if _DONE not in layers[-1] or inside <= layers[-1][_DONE][0]:
        return pieces
    state, pieces = _DONE, []
    for layer in reversed(layers):
        _, state, laid = layer[state]
        pieces += laid
    return pieces


def _inside_one_piece(board: _Board) -> tuple[float, list[_Piece]]:
    """The walk that touches no cross aisle, where all spots lie in one piece of aisle; infinite where they do not."""
    rows, columns = ({place[axis] for place in board.spots} for axis in (0, 1))
    if len(columns) > 1 or len(board.inner) > 1 or (not board.inner and len(rows) > 1):
        return inf, []
    if board.inner:
        (row, _), _ = next(iter(board.inner.items()))
        if not board.rows[row] <= min(rows) <= max(rows) <= board.rows[row + 1]:
            return inf, []
    column, stops = columns.pop(), sorted(rows)
    ends = sorted((board.spots[0][0], board.spots[-1][0]))
    pieces = [
        ((low, column), (high, column), 1 if ends[0] <= low and high <= ends[1] else 2) for low, high in pairwise(stops)
    ]
    return sum((high[0] - low[0]) * times for low, high, times in pieces), pieces


def _sweep(board: _Board) -> list[_Layer]:
    """All half-built walks worth keeping, after each step from the first column to the last."""
    last = max(board.columns.index(column) for _, column in board.spots)
    start = _canonical([_fresh(board, row, 0) for row in range(len(board.rows))])
    layers: list[_Layer] = [{start: (0.0, start, ())}]
    for column in range(len(board.columns)):
        for row in range(len(board.rows) - 1):
            if (row, column) in board.across:
                layers.append(_across(layers[-1], row, _crossings(board, row, column)))
        for row in range(len(board.rows)):
            layers.append(_along(layers[-1], board, row, column, may_end=column >= last))
    layers[0] = {start: (0.0, start, ())}
    return layers


def _fresh(board: _Board, row: int, column: int) -> tuple[int, int]:
    """A place of the border that no path has come to: one of its own where a spot is there."""
    if column >= len(board.columns):
        return 0, 0
    place = board.rows[row], board.columns[column]
    return int(place in board.odd), row + 1 if place in board.on_rows else 0


def _across(layer: _Layer, row: int, crossings: Sequence[_Crossing]) -> _Layer:
    found: _Layer = {}
    for state, (length, _, _) in layer.items():
        if state == _DONE:
            _keep(found, _DONE, length, _DONE, ())
            continue
        for crossing in crossings:
            after = _crossed(state, row, crossing.low, crossing.high, crossing.joins)
            _keep(found, after, length + crossing.length, state, crossing.pieces)
    return found


def _along(layer: _Layer, board: _Board, row: int, column: int, *, may_end: bool) -> _Layer:
    found: _Layer = {}
    fresh = _fresh(board, row, column + 1)
    walkable = (row, column) in board.along
    here = board.rows[row], board.columns[column]
    there = (board.rows[row], board.columns[column + 1]) if walkable else here
    for state, (length, _, _) in layer.items():
        if state == _DONE:
            _keep(found, _DONE, length, _DONE, ())
            continue
        for times in (0, 1, 2) if walkable else (0,):
            after = _moved_on(state, row, times, fresh)
            if after is not None and (after != _DONE or may_end):
                laid = ((here, there, times),) if times else ()
                _keep(found, after, length + times * (there[1] - here[1]), state, laid)
    return found


def _keep(layer: _Layer, state: _State, length: float, before: _State, laid: tuple[_Piece, ...]) -> None:
    if state not in layer or length < layer[state][0]:
        layer[state] = length, before, laid


@cache
def _crossed(state: _State, row: int, low: int, high: int, joins: bool) -> _State:
    """The border after paths were laid in the piece of aisle between a row and the next."""
    places = list(state)
    for at, times in ((row, low), (row + 1, high)):
        parity, part = places[at]
        places[at] = (parity + times) % 2, part or (len(state) + 1 + at if times else 0)
    if joins:
        kept, gone = places[row][1], places[row + 1][1]
        places = [(parity, kept if part == gone else part) for parity, part in places]
    return _canonical(places)


@cache
def _moved_on(state: _State, row: int, times: int, fresh: tuple[int, int]) -> _State | None:
    """The border after its place on a row went one column on, along so many paths; None where that makes no walk."""
    parity, part = state[row]
    if (parity + times) % 2 or (times and not part):
        return None
    odd, own = fresh
    if times:
        return _canonical([*state[:row], ((odd + times) % 2, part), *state[row + 1 :]])
    others = {other for n, (_, other) in enumerate(state) if n != row} - {0}
    if part and part not in others:
        return None if others else _DONE
    return _canonical([*state[:row], (odd, len(state) + 1 if own else 0), *state[row + 1 :]])


def _canonical(places: Sequence[tuple[int, int]]) -> _State:
    """The same border with its components numbered in their order."""
    names = {0: 0}
    return tuple((parity, names.setdefault(part, len(names))) for parity, part in places)


def _crossings(board: _Board, row: int, column: int) -> list[_Crossing]:
    """All ways worth having to serve a piece of aisle: no gap, or one, and that the cheapest of its kind.

    Without a start or an end inside these are the six of Ratliff and Rosenthal.
    """
    here = board.columns[column]
    places = [(at, here) for at in (board.rows[row], *board.inner.get((row, column), ()), board.rows[row + 1])]
    best: dict[tuple[int, int, bool], _Crossing] = {}
    for first in (0, 1):
        times = list(_times(board, places, first))
        lengths = [(high[0] - low[0]) * n for (low, high), n in zip(pairwise(places), times, strict=True)]
        whole = sum(lengths)
        for gap in (None, *_gaps(times, lengths)):
            length = whole - (0 if gap is None else lengths[gap])
            walked = [0 if n == gap else one for n, one in enumerate(times)]
            kind = walked[0], walked[-1], gap is None
            if kind not in best or length < best[kind].length:
                pieces = ((low, high, n) for (low, high), n in zip(pairwise(places), walked, strict=True) if n)
                best[kind] = _Crossing(*kind, length, tuple(pieces))
    return list(best.values())


def _gaps(times: Sequence[int], lengths: Sequence[float]) -> set[int]:
    """Which parts may be left out: the first, the last, the longest between; only what is walked there and back."""
    twice = [n for n, one in enumerate(times) if one == 2]
    inner = [n for n in twice if 0 < n < len(times) - 1]
    return {n for n in twice if n in (0, len(times) - 1)} | set(sorted(inner, key=lambda n: -lengths[n])[:1])


def _times(board: _Board, places: Sequence[Vertex], parity: int) -> Iterator[int]:
    """How often each part of a piece of aisle is walked, by the parity at its lower end: once, or there and back."""
    for place in places[1:]:
        yield 1 if parity else 2
        parity ^= place in board.odd


def _euler(pieces: Sequence[_Piece], start: Vertex) -> list[Vertex]:
    """One walk along all pieces (Hierholzer's algorithm)."""
    ways: defaultdict[Vertex, list[Vertex]] = defaultdict(list)
    for one, other, times in pieces:
        ways[one] += [other] * times
        ways[other] += [one] * times
    stack, walk = [start], list[Vertex]()
    while stack:
        if ways[stack[-1]]:
            there = ways[stack[-1]].pop()
            ways[there].remove(stack[-1])
            stack.append(there)
        else:
            walk.append(stack.pop())
    return walk[::-1]
