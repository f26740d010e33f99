"""The floor of extraction's quality: what may fall, and that nothing lowers it by itself."""

from benchmarks import floor

FLOOR = {"one": {"f1": 0.95, "title": 0.8}, "two": {"f1": 0.93}}


def test_what_falls_within_the_noise_is_no_fall() -> None:
    assert floor.broken(FLOOR, {"one": {"f1": 0.949, "title": 0.791}, "two": {"f1": 0.93}}) == []


def test_each_fall_is_named() -> None:
    assert floor.broken(FLOOR, {"one": {"f1": 0.944, "title": 0.789}, "two": {"f1": 0.931}}) == [
        "mean of the text scores: 0.9375, was 0.9400",
        "one f1: 0.9440, was 0.9500",
        "one title: 0.7890, was 0.8000",
    ]


def test_small_falls_everywhere_are_a_fall_of_the_mean() -> None:
    assert floor.broken(FLOOR, {"one": {"f1": 0.948, "title": 0.8}, "two": {"f1": 0.929}}) == [
        "mean of the text scores: 0.9385, was 0.9400"
    ]


def test_missing_score_is_a_fall_and_a_set_that_was_not_run_is_none() -> None:
    assert floor.broken(FLOOR, {"two": {"f1": None}}) == [
        "mean of the text scores: 0.0000, was 0.9300",
        "two f1: 0.0000, was 0.9300",
    ]


def test_floor_is_raised_and_never_lowered() -> None:
    found = floor.raised(FLOOR, {"one": {"f1": 0.96, "title": 0.7, "refused": 0.0}, "three": {"f1": None, "day": 0.5}})
    assert found == {"one": {"f1": 0.96, "title": 0.8}, "two": {"f1": 0.93}, "three": {"day": 0.5}}


def test_floor_of_the_repository_names_scores() -> None:
    assert all(0 < value <= 1 for fields in floor.read().values() for value in fields.values())
    assert {field for fields in floor.read().values() for field in fields} <= {"f1", *floor.METADATA}
