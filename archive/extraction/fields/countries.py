"""The clock of a country's readers, where the whole country has one."""

from functools import lru_cache
from zoneinfo import ZoneInfo

from archive.urls import host_of

_ZONES = {
    "Europe": "de Berlin at Vienna ch Zurich li Vaduz lu Luxembourg be Brussels nl Amsterdam fr Paris it Rome"
    " sm San_Marino va Vatican mt Malta dk Copenhagen no Oslo se Stockholm fi Helsinki ee Tallinn lv Riga lt Vilnius"
    " pl Warsaw cz Prague sk Bratislava hu Budapest si Ljubljana hr Zagreb rs Belgrade ba Sarajevo mk Skopje"
    " al Tirane gr Athens bg Sofia ro Bucharest md Chisinau ua Kyiv by Minsk tr Istanbul ie Dublin uk London",
    "Asia": "jp Tokyo kr Seoul tw Taipei hk Hong_Kong cn Shanghai ph Manila vn Ho_Chi_Minh th Bangkok my Kuala_Lumpur"
    " sg Singapore kh Phnom_Penh la Vientiane mm Yangon bd Dhaka in Kolkata lk Colombo np Kathmandu pk Karachi af Kabul"
    " ir Tehran iq Baghdad sa Riyadh ae Dubai qa Qatar kw Kuwait om Muscat ye Aden jo Amman lb Beirut il Jerusalem"
    " ge Tbilisi az Baku uz Tashkent cy Nicosia",
    "Africa": "za Johannesburg ls Maseru sz Mbabane bw Gaborone na Windhoek zw Harare zm Lusaka mz Maputo mw Blantyre"
    " tz Dar_es_Salaam ke Nairobi ug Kampala rw Kigali et Addis_Ababa so Mogadishu sd Khartoum eg Cairo tn Tunis"
    " dz Algiers ma Casablanca ng Lagos gh Accra sn Dakar cm Douala ci Abidjan",
    "America": "co Bogota pe Lima ve Caracas bo La_Paz py Asuncion uy Montevideo ar Argentina/Buenos_Aires cu Havana"
    " do Santo_Domingo ht Port-au-Prince jm Jamaica gt Guatemala sv El_Salvador hn Tegucigalpa ni Managua cr Costa_Rica"
    " pa Panama",
    "Atlantic": "is Reykjavik",
}
_FOREIGN = {"co", "la"}  # countries whose domains are sold as words: only `.com.co` is Colombia's
_ZONE_OF = {
    words[i]: f"{continent}/{words[i + 1]}"
    for continent, names in _ZONES.items()
    for words in [names.split()]
    for i in range(0, len(words), 2)
}


@lru_cache(maxsize=256)
def zone_of(url: str) -> ZoneInfo | None:
    """The zone of the country in the address's domain; None if it names none, or one with several zones."""
    labels = host_of(url).split(".")
    if labels[-1] not in _ZONE_OF or (labels[-1] in _FOREIGN and labels[-2:-1] != ["com"]):
        return None
    try:
        return ZoneInfo(_ZONE_OF[labels[-1]])
    except (LookupError, OSError):  # a machine without the zone's file
        return None
