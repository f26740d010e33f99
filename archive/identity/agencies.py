"""Which news agency a story is credited to: by its authors, its byline, its dateline, or the line that ends it. Pure.

The names are those of the agencies themselves, as papers print them: the worldwide ones, and members of their alliances
in Europe, Asia and Africa. Short forms count only where a credit stands: in a sentence "AP" may be anything.
"""

import json
import re
from collections.abc import Iterable
from itertools import chain

_NAMES = {
    "AP": ("AP", "Associated Press", "The Associated Press"),
    "Reuters": ("Reuters", "Thomson Reuters", "ロイター", "路透社", "Рейтер", "رويترز"),
    "AFP": ("AFP", "Agence France-Presse", "Agence France Presse", "法新社"),
    "UPI": ("UPI", "United Press International"),
    "dpa": ("dpa", "DPA", "Deutsche Presse-Agentur"),
    "EFE": ("EFE", "Agencia EFE"),
    "Europa Press": ("Europa Press", "EUROPA PRESS"),
    "ANSA": ("ANSA", "Ansa"),
    "Adnkronos": ("Adnkronos", "ADNKRONOS"),
    "Lusa": ("Lusa", "LUSA", "Agência Lusa"),
    "PA": ("PA", "PA Media", "Press Association"),
    "APA": ("APA", "Austria Presse Agentur"),
    "Keystone-SDA": ("SDA", "sda", "Keystone-SDA", "ATS"),
    "ANP": ("ANP",),
    "Belga": ("Belga", "BELGA"),
    "Ritzau": ("Ritzau",),
    "TT": ("TT",),
    "NTB": ("NTB",),
    "STT": ("STT",),
    "PAP": ("PAP",),
    "ČTK": ("ČTK", "CTK"),
    "MTI": ("MTI",),
    "Agerpres": ("Agerpres", "AGERPRES"),
    "BTA": ("BTA", "БТА"),
    "Ukrinform": ("Ukrinform", "Укрінформ"),
    "Interfax": ("Interfax", "Интерфакс"),
    "TASS": ("TASS", "ТАСС"),
    "RIA Novosti": ("RIA Novosti", "РИА Новости"),
    "Anadolu": ("Anadolu", "Anadolu Agency", "Anadolu Ajansı"),
    "Xinhua": ("Xinhua", "新华社", "新華社"),
    "Kyodo": ("Kyodo", "Kyodo News", "共同", "共同通信"),
    "Jiji": ("Jiji", "Jiji Press", "時事", "時事通信"),
    "Yonhap": ("Yonhap", "연합뉴스"),
    "PTI": ("PTI", "Press Trust of India"),
    "ANI": ("ANI",),
    "IANS": ("IANS",),
    "APP": ("APP",),
    "Bernama": ("Bernama", "BERNAMA"),
    "Antara": ("Antara", "ANTARA"),
    "AAP": ("AAP", "Australian Associated Press"),
    "CP": ("The Canadian Press", "Canadian Press", "La Presse Canadienne"),
    "Télam": ("Télam",),
    "Agência Brasil": ("Agência Brasil",),
    "Bloomberg": ("Bloomberg", "Bloomberg News"),
}
_BY_NAME = {written: name for name, written_ in _NAMES.items() for written in written_}
_WRITTEN = "|".join(sorted(map(re.escape, _BY_NAME), key=len, reverse=True))
_LISTED = rf"(?P<agency>{_WRITTEN})(?:\s*[/,&+-]\s*(?:{_WRITTEN}|\w+))?"
_IN_BRACKETS = rf"[(（\[【/]\s*(?:[^()（）\n]{{0,30}}[=,]\s*)?{_LISTED}\s*[)）\]】/]"
_BETWEEN_DASHES = rf"[—–-]\s*(?P<dashed>{_WRITTEN})\s*[.:—–-]"
_DATELINE = re.compile(rf"^.{{0,60}}?(?:{_IN_BRACKETS}|{_BETWEEN_DASHES}|(?P<chinese>新华社|新華社).{{1,20}}[电電])")
_END = re.compile(rf"^[(（©–—\s-]*(?:Source|Quelle|Fuente|Fonte|With|Mit Material von|Avec)?:?\s*{_LISTED}\s*[)）.]?$")
_LEAD = re.compile(
    r"^(?:(?:reporting |reported |written )?by|from|for|von|par|por|di|da|door|av|af)\b[\s:]*", re.IGNORECASE
)
_PIECES = re.compile(r"\s*(?:[/,|;·•\n]|\s[-–—]\s|\b(?:and|with|for|und|mit|für|et|avec|pour|y|con|para|e)\b)\s*")
_BESIDE = ("byline in bold", "byline elsewhere")  # paths of bylines that may be of other stories
_STAFF = re.compile(r"\s*(?:staff|news agency|newswires?|agency)$", re.IGNORECASE)
_BEGINNING, _END_LINE = 140, 100  # characters in which a dateline stands; of a last line


def agency_of(credits_: Iterable[str], text: str) -> str | None:
    """The agency that a story is credited to, by the name that `_NAMES` has for it; None if none is.

    `credits_`: names of authors, and bylines as they stand on the page: of "Ann Lee, Associated Press" only Ann Lee is
    an author.
    """
    for piece in chain.from_iterable(_PIECES.split(_LEAD.sub("", credit.strip())) for credit in credits_):
        if found := _BY_NAME.get(_STAFF.sub("", piece.strip())):
            return found
    if match := _DATELINE.match(text[:_BEGINNING]):
        return _BY_NAME[match["agency"] or match["dashed"] or match["chinese"]]
    if match := _END.match(text.rsplit("\n", 1)[-1].strip()[:_END_LINE]):
        return _BY_NAME[match["agency"]]
    return None


def bylines(claims: str) -> list[str]:
    """What a page says of its authors, by the JSON of its claims (`articles.claims_json`)."""
    return [
        claim["value"]
        for claim in json.loads(claims)
        if claim["field"] == "author" and not claim["path"].startswith(_BESIDE)
    ]
