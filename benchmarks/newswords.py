"""News of made-up words: articles by the hundred thousand, some of which are copies of others, from a seed.

Words are drawn by Zipf's law, as much from a topic's own as from everybody's; sentences follow templates with fixed
runs of words, so that unlike articles share phrases; sites end their articles with paragraphs of their own. Nothing
here says how real texts are told apart: this is for cost, and for finding what was planted.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from random import Random

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
COPIES = ("light", "edited", "abridged", "teaser", "introduced", "continued", "reordered")
COPIED = 0.25  # of the articles are copies, and a tenth of these word for word
REPEATED = 0.02  # are the report of another day with other figures
_WORDS, _TOPICS, _OF_TOPIC, _SITES, _TEMPLATES = 40_000, 400, 120, 60, 600
_RECENT = 2000  # stories that are copied from
_ONSETS = ("b", "c", "d", "f", "g", "h", "k", "l", "m", "n", "p", "r", "s", "t", "v", "st", "tr", "ch", "pl")
_VOWELS = ("a", "e", "i", "o", "u", "ia")
_SYLLABLES = [onset + vowel for onset in _ONSETS for vowel in _VOWELS]


@dataclass(frozen=True, slots=True)
class Made:
    """An article. `number`: from 1 on; `story`: the number of the article it copies, or its own; `kind`: how.

    `at`: when it was published and fetched.
    """

    number: int
    story: int
    kind: str
    site: str
    title: str
    paragraphs: tuple[str, ...]
    at: datetime

    @property
    def text(self) -> str:
        """As extraction would give it."""
        return "\n\n".join(self.paragraphs)


class NewsWords:
    """Makes articles, always the same for a seed, about 840 words each."""

    def __init__(self, seed: int = 1, a_day: int = 5000) -> None:
        self._random = Random(seed)
        self._a_day = a_day
        self._words = [self._word() for _ in range(_WORDS)]
        self._weights = list(accumulate(1 / (rank + 2.7) for rank in range(_WORDS)))
        self._topics = [self._random.sample(self._words[200:], _OF_TOPIC) for _ in range(_TOPICS)]
        self._topic_weights = list(accumulate(1 / (rank + 1) for rank in range(_OF_TOPIC)))
        self._template_weights = list(accumulate(1 / (rank + 5) for rank in range(_TEMPLATES)))
        self._templates = [self._template() for _ in range(_TEMPLATES)]
        self._endings = [[self._paragraph(self._topic(), 4) for _ in range(3)] for _ in range(_SITES)]
        self._recent: deque[Made] = deque(maxlen=_RECENT)

    def articles(self, count: int) -> Iterator[Made]:
        """The first so many articles."""
        for number in range(1, count + 1):
            roll = self._random.random()
            if roll < COPIED and self._recent:
                yield self._copy(number, self._random.choice(self._recent))
                continue
            made = self._report(number) if roll < COPIED + REPEATED and self._recent else self._story(number)
            self._recent.append(made)
            yield made

    def one(self, words: int) -> str:
        """A text of about so many words."""
        topic = self._topic()
        return "\n\n".join(self._paragraph(topic, 3) for _ in range(max(1, words // 55)))

    def _story(self, number: int) -> Made:
        topic, site = self._topic(), self._random.randrange(_SITES)
        length = min(max(self._random.lognormvariate(6.55, 0.6), 60), 4000)
        paragraphs, words = [], 0
        while words < length:
            paragraphs.append(self._paragraph(topic, self._random.randint(1, 4)))
            words += paragraphs[-1].count(" ") + 1
        return self._made(number, number, "story", site, self._title(topic), paragraphs)

    def _report(self, number: int) -> Made:
        """The same with other figures: another story."""
        model = self._random.choice(self._recent)
        paragraphs = [self._figures_changed(paragraph) for paragraph in model.paragraphs]
        return self._made(number, number, "report", int(model.site[4:].split(".")[0]), model.title, paragraphs)

    def _copy(self, number: int, model: Made) -> Made:
        kind = "exact" if self._random.random() < 0.1 else self._random.choice(COPIES)
        paragraphs = list(model.paragraphs)
        if kind in ("light", "edited"):
            share = 0.01 if kind == "light" else self._random.uniform(0.04, 0.12)
            paragraphs = [self._words_changed(paragraph, share) for paragraph in paragraphs]
        elif kind in ("abridged", "teaser"):
            paragraphs = paragraphs[: max(1, len(paragraphs) // 2)] if kind == "abridged" else paragraphs[:2]
        elif kind == "introduced":
            paragraphs.insert(0, self._paragraph(self._topic(), 2))
        elif kind == "continued":
            paragraphs += [self._paragraph(self._topic(), 2) for _ in range(2)]
        elif kind == "reordered":
            paragraphs[1:] = self._random.sample(paragraphs[1:], len(paragraphs) - 1)
        made = self._made(number, model.story, kind, self._random.randrange(_SITES), model.title, paragraphs)
        return replace(made, paragraphs=model.paragraphs) if kind == "exact" else made

    def _made(self, number: int, story: int, kind: str, site: int, title: str, paragraphs: list[str]) -> Made:
        if self._random.random() < 0.3:
            paragraphs = [*paragraphs, self._random.choice(self._endings[site])]
        at = BEGIN + timedelta(days=number / self._a_day)
        return Made(number, story, kind, f"site{site}.example", title, tuple(paragraphs), at)

    def _words_changed(self, paragraph: str, share: float) -> str:
        words = paragraph.split(" ")
        for at in range(len(words)):
            if self._random.random() < share:
                words[at] = self._common(1)[0]
        return " ".join(words)

    def _figures_changed(self, paragraph: str) -> str:
        return " ".join(self._figure() if word.isdigit() else word for word in paragraph.split(" "))

    def _paragraph(self, topic: list[str], sentences: int) -> str:
        return " ".join(self._sentence(topic) for _ in range(sentences))

    def _sentence(self, topic: list[str]) -> str:
        template = self._random.choices(self._templates, cum_weights=self._template_weights)[0]
        own = iter(self._random.choices(topic, cum_weights=self._topic_weights, k=len(template)))
        common = iter(self._common(len(template)))
        words = [
            next(own) if slot == "" else next(common) if slot == "*" else self._figure() if slot == "#" else slot
            for slot in template
        ]
        return " ".join(words).capitalize() + "."

    def _template(self) -> list[str]:
        """A fixed run of words, and slots: "" for a word of the topic, "*" for any, "#" for a figure."""
        slots = self._random.choices(["", "*", "#"], weights=[9, 9, 1], k=self._random.randint(8, 26))
        at = self._random.randrange(len(slots))
        slots[at:at] = self._common(self._random.randint(2, 6))
        return slots

    def _title(self, topic: list[str]) -> str:
        return " ".join(self._random.choices(topic, cum_weights=self._topic_weights, k=8)).capitalize()

    def _common(self, count: int) -> list[str]:
        return self._random.choices(self._words, cum_weights=self._weights, k=count)

    def _figure(self) -> str:
        return str(self._random.randint(2, 999))

    def _topic(self) -> list[str]:
        return self._random.choice(self._topics)

    def _word(self) -> str:
        return "".join(self._random.choices(_SYLLABLES, k=self._random.choice((1, 2, 2, 3, 3, 4))))
