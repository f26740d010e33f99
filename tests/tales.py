"""Stories in made-up words, for tests of what is like what: each has names of its own between words that all have."""

from random import Random

COMMON = ("the", "a", "of", "to", "and", "in", "was", "that", "for", "it", "with", "as", "on", "by", "at", "had", "but")


def word(chance: Random) -> str:
    """A word that no other story is likely to have."""
    return "".join(chance.choice("bdfgklmnprstvz") + chance.choice("aeiou") for _ in range(chance.randint(2, 4)))


def paragraphs(seed: int, count: int = 8, words: int = 40) -> list[str]:
    """A story's paragraphs; the same seed tells the same story."""
    chance = Random(seed)
    own = [word(chance) for _ in range(60)]
    return [
        " ".join(chance.choice(COMMON if chance.random() < 0.5 else own) for _ in range(words)) + "."
        for _ in range(count)
    ]


def title(seed: int) -> str:
    """The story's headline: its first telling words."""
    return " ".join([part for part in paragraphs(seed)[0].rstrip(".").split() if len(part) > 3][:6])


def text(*parts: str) -> str:
    """Paragraphs as an article's text has them."""
    return "\n\n".join(parts)


def report(seed: int, town: str = "Eastwater") -> str:
    """The weather, day by day, in the same words."""
    number = Random(seed).randint
    return text(
        f"It will be a mostly cloudy start to the day in {town} with some sunny spells by the afternoon.",
        f"Temperatures will reach a high of {number(5, 35)} degrees and fall to a low of {number(-9, 9)} overnight."
        f" Winds will be light, from the east at around {number(2, 60)} kilometres an hour.",
        f"There is a {number(1, 99)} per cent chance of rain. Humidity will be around {number(30, 99)} per cent, and"
        f" the index of the sun is expected to be {number(1, 11)}. For the latest look at our page of the weather.",
    )
