"""What spreadsheets write into cells that could not be calculated, in the languages of their menus."""

from __future__ import annotations

from collections.abc import Mapping

NOT_AVAILABLE: Mapping[str, str] = {
    "en": "#n/a", "de": "#nv", "fr": "#n/a", "es": "#n/d", "it": "#n/d", "pt": "#n/d", "nl": "#n/b", "sv": "#saknas! #saknas", "da": "#i/t", "nb": "#i/t",
    "fi": "#puuttuu! #puuttuu", "pl": "#n/d! #n/d", "cs": "#není_k_dispozici", "hu": "#hiányzik", "ru": "#н/д", "uk": "#н/д", "tr": "#yok",
}  # fmt: skip
"""A value that is not there, as people write it on purpose too."""

FAILED: Mapping[str, str] = {
    "en": "#div/0! #value! #ref! #name? #num! #spill! #calc! #field! #blocked! #connect! #busy! #unknown! #python! #getting_data #error! #error",
    "de": "#wert! #bezug! #zahl! #überlauf! #kalk! #daten_abrufen #fehler!",
    "fr": "#nul! #valeur! #nom? #nombre! #propagation!",
    "es": "#¡nulo! #¡div/0! #¡valor! #¡ref! #¿nombre? #¡num! #¡desbordamiento! #¡calc! #nulo! #valor! #nombre?",
    "it": "#nullo! #valore! #rif! #nome?",
    "pt": "#nulo! #valor! #nome? #núm! #despejar!",
    "nl": "#leeg! #deel/0! #waarde! #verw! #naam? #getal! #overloop!",
    "sv": "#skärning! #division/0! #värdefel! #referens! #namn? #ogiltigt!",
    "da": "#division/0! #værdi! #reference! #navn?",
    "nb": "#verdi! #navn?",
    "fi": "#tyhjä! #jako/0! #arvo! #viittaus! #nimi? #luku!",
    "pl": "#zero! #dziel/0! #arg! #adr! #nazwa? #liczba!",
    "cs": "#dělení_nulou! #hodnota! #odkaz! #název? #číslo!",
    "hu": "#nulla! #zéróosztó! #érték! #hiv! #név? #szám!",
    "ru": "#пусто! #дел/0! #знач! #ссылка! #имя? #число!",
    "uk": "#діл/0! #значення! #посилання! #посил! #ім'я? #імʼя?",
    "tr": "#boş! #sayı/0! #sayi/0! #değer! #başv! #ad? #sayı! #sayi!",
}
"""A calculation that failed. LibreOffice writes its errors by number, too."""

LIBREOFFICE = frozenset(f"err:{number}" for number in range(501, 541))


def spellings(names: Mapping[str, str]) -> frozenset[str]:
    return frozenset(word for words in names.values() for word in words.split())


NOT_AVAILABLE_TOKENS = spellings(NOT_AVAILABLE)
FAILED_TOKENS = spellings(FAILED) | LIBREOFFICE
