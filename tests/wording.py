"""Sentences as a local paper might print them, from a random.Random: the same seed, the same words."""

import random

PEOPLE_FIRST = [
    "Agnes",
    "Bernt",
    "Carla",
    "Dorian",
    "Edda",
    "Fabio",
    "Greta",
    "Henrik",
    "Ilse",
    "Jonas",
    "Karin",
    "Levin",
    "Mona",
    "Nils",
    "Olga",
    "Petra",
    "Rasmus",
    "Sonja",
]
PEOPLE_LAST = [
    "Aldergate",
    "Brisling",
    "Corvenham",
    "Dunmarsh",
    "Eskeland",
    "Farthwaite",
    "Grimsound",
    "Hollinbeck",
    "Inglemoor",
    "Jarrowby",
]
PLACES = (
    "the old harbour",
    "Cooper's Bridge",
    "the school in Mill Lane",
    "the northern reservoir",
    "the covered market",
    "the tram depot",
    "the parish hall",
    "the ferry landing",
    "the county archive",
    "Saltmarsh Road",
    "the grain exchange",
    "the municipal baths",
)
BODIES = (
    "the town council",
    "the harbour board",
    "the fire brigade",
    "the teachers' union",
    "the water company",
    "the county court",
    "the housing association",
    "the rowing club",
    "the bus operator",
    "the chamber of trade",
    "the health office",
    "the farmers' cooperative",
)
ACTIONS = (
    "approved a plan to rebuild",
    "delayed the opening of",
    "published new figures about",
    "asked for a second opinion on",
    "agreed to pay for repairs to",
    "rejected an offer for",
    "found serious cracks in",
    "began a survey of",
    "withdrew its complaint about",
    "doubled the budget for",
    "promised to keep",
    "closed one side of",
)
REASONS = (
    "after heavy rain had flooded the cellars twice within a month",
    "because the contractor could not deliver the steel beams in time",
    "although several residents had spoken against it at the last hearing",
    "while the insurance company is still looking into the accident",
    "following a report that had been kept from the public since spring",
    "as passengers complained about crowded platforms in the early morning",
    "since nobody could say who had signed the original agreement",
    "after volunteers collected more than the sum that was needed",
    "because prices for timber and copper have risen for the third year in a row",
    "even though the ministry had recommended a cheaper solution",
)
SAYINGS = (
    "We would rather take another week than make the same mistake again",
    "Nobody here expected that it would be finished before the winter",
    "The numbers are better than last year, but they are not good",
    "It is the third time that we have been promised an answer",
    "What matters to us is that the children can cross the road safely",
    "I have worked here for twenty years and have never seen anything like it",
    "There was no reason to panic, and nobody did",
    "If the money is not spent by December, it goes back to the county",
)
FOLLOWS = (
    "A decision is expected on {day}, when the committee meets again in {place}.",
    "The work is expected to cost about {number} crowns and to last until {month}.",
    "Some {number} people signed the petition, most of them from the streets around {place}.",
    "According to the minutes, {number} letters reached {body} before the end of {month}.",
    "In {month}, {body} had still spoken of {number} crowns at most.",
    "Traffic around {place} will be led through the side streets until {day} evening.",
    "Those who live near {place} have been told to expect noise from {day} on.",
    "Figures from {month} show that {number} visitors came, {percent} per cent more than the year before.",
)
DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]
MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]


def person(chance: random.Random) -> str:
    """First and last name."""
    return f"{chance.choice(PEOPLE_FIRST)} {chance.choice(PEOPLE_LAST)}"


def headline(chance: random.Random) -> str:
    """Seven to twelve words."""
    body, action, place = chance.choice(BODIES), chance.choice(ACTIONS), chance.choice(PLACES)
    return f"{body[4:].capitalize()} {action} {place}"


def sentence(chance: random.Random) -> str:
    """Who did what, and why."""
    body = chance.choice(BODIES)
    return f"{body[0].upper()}{body[1:]} {chance.choice(ACTIONS)} {chance.choice(PLACES)} {chance.choice(REASONS)}."


def quote(chance: random.Random) -> str:
    """Somebody said something, somewhere, on a day."""
    return (
        f"\u201c{chance.choice(SAYINGS)},\u201d said {person(chance)}, who speaks for {chance.choice(BODIES)}, "
        f"on {chance.choice(DAYS)} in front of {chance.choice(PLACES)}."
    )


def detail(chance: random.Random) -> str:
    """A figure, a date or a consequence."""
    return chance.choice(FOLLOWS).format(
        day=chance.choice(DAYS),
        month=chance.choice(MONTHS),
        place=chance.choice(PLACES),
        body=chance.choice(BODIES),
        number=chance.randrange(11, 990) * 10,
        percent=chance.randrange(2, 40),
    )


def paragraphs(chance: random.Random) -> list[str]:
    """Six to eight paragraphs, 250 to 450 words together."""
    return [_paragraph(chance) for _ in range(chance.randrange(6, 9))]


def _paragraph(chance: random.Random) -> str:
    kinds = [sentence, detail, *chance.choices((sentence, quote, detail), k=1)]
    chance.shuffle(kinds)
    return " ".join(kind(chance) for kind in kinds)
