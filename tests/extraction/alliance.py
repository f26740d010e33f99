"""What the pages tests/fixtures/pages/alliance_*.html hold: one story in several markups, with the same furniture."""

# ruff: noqa: E501 - markup and prose read better on one line

from pathlib import Path

PAGES = sorted((Path(__file__).parent.parent / "fixtures" / "pages").glob("alliance_*.html"))
URL = "https://news.example.com/world/europe/ukraine-s-rightful-place-is-in-nato-alliance-chief-says"
TITLE = "'Ukraine's rightful place is in NATO,' alliance chief says"
DESCRIPTION = "While NATO Chief Jens Stoltenberg promised that Ukraine will join the alliance one day, he did not mention a pathway or timeline for membership."
PARAGRAPHS = (
    "NATO Chief Jens Stoltenberg is in Ukraine for the first time since the Russian-launched war.",
    "His visit to Kyiv was unexpected, but it shows NATO’s commitment to helping Ukraine.",
    "This comes at a moment when Ukraine appears to be gearing up for an all-important spring offensive in which they're going to try to take major parts of the country back from the Russians.",
    "During a press conference with Stoltenberg, Ukrainian President Volodymyr Zelenskyy expressed appreciation for the support received from NATO. However, he also requested clarity on when Ukraine will be invited to join the alliance.",
    '"We need something more than the kind of relationship we are having now," said Zelenskyy. "We value support from NATO allies and support with weapons, but we want to know when Ukraine will be in NATO, and we want security guarantees on this path. I want to stress this."',
    "While Stoltenberg promised that Ukraine will join the alliance one day, he did not mention a pathway or timeline for membership.",
    '"Let me be clear, Ukraine’s rightful place is in the Euro-Atlantic family. Ukraine’s rightful place is in NATO, and over time our support will help you make this possible," Jens Stoltenberg said during a news conference.',
    "The Kremlin, on the other hand, was quick to respond to Stoltenberg's visit and promises to Ukraine.",
    'Dmitry Peskov, the spokesman for Russian President Putin, said that Ukraine joining NATO would pose a "serious, significant threat to our country, to our country’s security." Peskov said that preventing Ukraine from joining NATO remains a priority of Moscow\'s "special military operations."',
    "Stoltenberg also mentioned during his visit that there are more Western weapons, like tanks and ammunition, on the way to Ukraine.",
    "The U.S. also sent another tranche of ammunition and rockets for Ukraine's air defense system, which appears to be very critical right now as Ukraine is expected to launch a counteroffensive in the coming weeks.",
)
