"""The least that extraction must reach on pages with known truth, kept in floor.json, and how far it may fall below.

Text: the mean of the sets' F1 by at most .001, a set's by .005; a metadata score by .01. Scores that rise can be taken
over (`raised`); one that falls is lowered by hand, in a commit that shows what was gained elsewhere.
"""

import json
import statistics
from collections.abc import Mapping
from pathlib import Path

Scores = Mapping[str, Mapping[str, float | None]]

FLOOR = Path(__file__).with_name("floor.json")
METADATA = ("title", "authors", "day", "instant", "topics", "language")
_MEAN_MAY_FALL, _SET_MAY_FALL, _METADATA_MAY_FALL = 0.001, 0.005, 0.01
_ROUNDING = 1e-9


def read() -> dict[str, dict[str, float]]:
    """Set: field: the score reached so far."""
    floor: dict[str, dict[str, float]] = json.loads(FLOOR.read_text(encoding="utf-8"))
    return floor


def broken(floor: Mapping[str, Mapping[str, float]], sets: Scores) -> list[str]:
    """What fell too far, a line each. Sets that were not run, and fields without a floor, are not looked at."""
    lines = []
    texts = [(floor[name]["f1"], found.get("f1") or 0.0) for name, found in sets.items() if "f1" in floor.get(name, {})]
    if texts:
        wanted, found = (statistics.fmean(column) for column in zip(*texts, strict=True))
        if found < wanted - _MEAN_MAY_FALL - _ROUNDING:
            lines.append(f"mean of the text scores: {found:.4f}, was {wanted:.4f}")
    for name, scores in sets.items():
        for field, wanted in floor.get(name, {}).items():
            found, allowed = scores.get(field) or 0.0, _SET_MAY_FALL if field == "f1" else _METADATA_MAY_FALL
            if found < wanted - allowed - _ROUNDING:
                lines.append(f"{name} {field}: {found:.4f}, was {wanted:.4f}")
    return lines


def raised(floor: Mapping[str, Mapping[str, float]], sets: Scores) -> dict[str, dict[str, float]]:
    """The floor with every score that is higher now, and none that is lower."""
    new = {name: dict(fields) for name, fields in floor.items()}
    for name, scores in sets.items():
        for field in ("f1", *METADATA):
            if (found := scores.get(field)) is not None:
                fields = new.setdefault(name, {})
                fields[field] = max(round(found, 4), fields.get(field, 0.0))
    return new


def write(floor: Mapping[str, Mapping[str, float]]) -> None:
    """Keeps a floor for the next run."""
    FLOOR.write_text(json.dumps(floor, indent=2, sort_keys=True) + "\n", encoding="utf-8")
