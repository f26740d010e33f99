from archive.store.recent import Recent


def test_what_was_asked_for_last_is_kept_within_the_budget() -> None:
    recent: Recent[str, str] = Recent(budget=10)
    made: list[str] = []

    def ask(name: str, size: int) -> None:
        def make() -> tuple[str, int]:
            made.append(name)
            return name.upper(), size

        assert recent.get(name, make) == name.upper()

    for name in "abacada":  # of 4 bytes each: two fit
        ask(name, 4)
    assert made == ["a", "b", "c", "d"]
    ask("big", 99)
    ask("big", 99)
    ask("a", 4)
    assert made == ["a", "b", "c", "d", "big", "a"]
