"""Numbers in sentences, in digits and words, as values that can be compared whatever the format."""

import re
import unicodedata
from collections.abc import Sequence

from archive.dates import plain_letters

# Words that are common ones in another of these languages ("to", "due", "once", "elf") are left out.
_WORDS = {
    "2": "two zwei zwo deux dos dois duas twee tva kaksi dwa dwie dwoch dva два две двух двум двое iki dua"
    " दो اثنان اثنين שני שתי שניים δυο ket ketto doi doua",
    "3": "three drei trois tres três tre drie kolme trzy trzech tri три трёх трех трое tiga तीन ثلاثة ثلاث שלושה"
    " שלוש τρεις τρια harom trei",
    "4": "four vier quatre cuatro quatro quattro fyra nelja cztery czterech ctyri четыре четырех четырёх dort empat"
    " चार اربعة اربع ארבעה ארבע τεσσερις negy patru",
    "5": "five funf fünf cinq cinco cinque vijf fem viisi piec pieciu пять пяти bes lima पांच पाँच خمسة خمس"
    " חמישה חמש πεντε cinci",
    "6": "six sechs seis zes seks kuusi szesc szesciu sest шесть шести alti enam छह छः ستة ست שישה שש εξι sase",
    "7": "seven sieben sept siete sete sette zeven sju syv seitseman siedem siedmiu sedm семь семи yedi tujuh bay सात"
    " سبعة سبع שבעה שבע επτα het sapte",
    "8": "eight acht huit ocho oito otto atta atte otte kahdeksan osiem osmiu osm восемь восьми sekiz delapan आठ"
    " ثمانية ثمان שמונה οκτω nyolc opt",
    "9": "nine neun neuf nueve nove negen nio yhdeksan dziewiec dziewieciu devet девять девяти dokuz sembilan chin नौ"
    " تسعة تسع תשעה תשע εννεα kilenc noua",
    "10": "ten zehn dix diez dez dieci tien tio kymmenen dziesiec dziesieciu deset десять десяти sepuluh muoi दस"
    " عشرة عشر עשרה עשר δεκα tiz zece",
    "11": "eleven undici elva elleve yksitoista jedenascie jedenact одиннадцать onbir ग्यारह",
    "12": "twelve dozen zwolf zwölf dutzend douze doce doze dodici twaalf tolv kaksitoista dwanascie dvanact"
    " двенадцать"
    " oniki बारह",
    "15": "fifteen funfzehn quinze quince quindici vijftien femton femten пятнадцать",
    "20": "twenty zwanzig vingt veinte vinte venti twintig tjugo tyve dwadziescia dvacet двадцать yirmi बीस"
    " عشرون عشرين",
    "30": "thirty dreissig dreißig trente treinta trinta trenta dertig trettio tretti trzydziesci тридцать otuz तीस",
    "40": "forty vierzig quarante cuarenta quarenta quaranta veertig fyrtio сорок kirk चालीस",
    "50": "fifty funfzig fünfzig cinquante cincuenta cinquenta cinquanta vijftig femtio пятьдесят elli पचास",
    "60": "sixty sechzig soixante sesenta sessenta sessanta zestig sextio шестьдесят altmis",
    "70": "seventy siebzig setenta settanta zeventig sjuttio семьдесят yetmis",
    "80": "eighty achtzig ochenta oitenta ottanta tachtig attio восемьдесят seksen",
    "90": "ninety neunzig noventa novanta negentig nittio девяносто doksan",
    "100": "hundred hundreds hundert cien ciento cem cento honderd hundra hundre sto сто сотен yuz seratus सौ مئة",
    "1e3": "thousand thousands tausend mille mil mila duizend tusen tuhat tuhatta tysiac tysiecy tysiace tisic тысяча"
    " тысяч тысячи тыс ribu nghin हजार الف الاف אלף אלפים χιλιαδες ezer mie mii",
    "1e5": "lakh lakhs लाख",
    "1e6": "million millions mio millionen millón millones milhao milhoes milione milioni miljoen miljon"
    " miljoner millioner"
    " miljoona miljoonaa mln milion miliony milionow milionu млн миллион миллионов миллиона мільйонів milyon"
    " juta trieu"
    " مليون ملايين מיליון εκατομμυρια millio milioane m",
    "1e7": "crore crores करोड़",
    "1e9": "billion billions bn mrd milliarde milliarden milliard milliards miliardo miliardi miljard miljarder"
    " milliarder miljardi miliard miliardy miliardow млрд миллиард миллиардов миллиарда milyar miliar مليار"
    " מיליארד δισεκατομμυρια milliard miliarde",
}
_VALUES = {plain_letters(word): value for value, words in _WORDS.items() for word in words.split()}
_HAN = "零〇一二三四五六七八九十百千万萬亿億兆两兩"
_HAN_VALUE = {"〇": "零", "萬": "万", "億": "亿", "兩": "两"}
_NUMBER = re.compile(r"\d[\d.,:٫٬'’\u00a0\u202f]*")
_GROUPED = re.compile(r"\d{1,3}(?:(?P<mark>[.,'’٬\u00a0\u202f])\d{3})(?:(?P=mark)\d{3})*(?P<rest>[.,٫]\d+)?")
_INDIAN = re.compile(r"\d{1,2}(?:,\d{2})+,\d{3}")


def figure(word: str) -> str | None:
    """What a word of a sentence counts, None if nothing: "14,200", "14.200" and "14 200" are one, "two" and "2" too."""
    if _NUMBER.fullmatch(word):
        return _value("".join(str(unicodedata.digit(c)) if c.isdigit() else c for c in word))
    if word in _HAN:
        return _HAN_VALUE.get(word, word)
    return _VALUES.get(plain_letters(word)) if word.isalpha() or len(word) > 1 else None


def figures(words: Sequence[str]) -> list[str]:
    """The figures of some words, in order."""
    return [value for word in words if (value := figure(word)) is not None]


def _value(digits: str) -> str:
    digits = digits.rstrip(".,:'’")
    if _INDIAN.fullmatch(digits):
        return digits.replace(",", "")
    if (found := _GROUPED.fullmatch(digits)) is not None:
        whole, rest = digits, found["rest"] or ""
        if rest:
            whole = digits[: -len(rest)]
        return re.sub(r"\D", "", whole) + rest.replace(",", ".").replace("٫", ".")
    return digits.replace(",", ".").replace("٫", ".")
