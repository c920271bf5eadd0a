"""Names of months and weekdays in the languages of Europe, in full and shortened, as they stand in dates (with the endings that they take there)."""

from __future__ import annotations

import unicodedata

_MONTHS = (
    "jan january janvier januar januari janeiro jän jänner enero ene gennaio gen stycznia styczeń sty ledna leden ianuarie ocak января янв январь január",
    "feb february février fevrier févr fév fev februar februari fevereiro feber febrero febbraio lutego luty lut února únor februarie şubat февраля фев февр február",
    "mar march mars märz marz mrz marzo março marco maart mrt marts marca marzec března březen martie mart марта мар март március",
    "apr april avril avr abril abr aprile kwietnia kwiecień kwi dubna duben aprilie nisan апреля апр апрель április",
    "may mai mayo mei maj maio maggio mag maja května květen mayıs мая май május máj",
    "jun june juin juni junio junho giugno giu czerwca czerwiec cze června červen iunie haziran июня июн июнь június",
    "jul july juillet juil juli julio julho luglio lug lipca lipiec lip července červenec iulie temmuz июля июл июль július",
    "aug august août aout agosto ago augustus augusti sierpnia sierpień sie srpna srpen ağustos августа авг август augusztus",
    "sep sept september septembre septiembre setiembre setembro set settembre sett września wrzesień wrz září septembrie eylül сентября сен сент сентябрь szeptember",
    "oct october octobre oktober okt octubre outubro out ottobre ott października październik paź října říjen octombrie ekim октября окт октябрь október",
    "nov november novembre noviembre novembro listopada listopad lis listopadu noiembrie kasım ноября ноя нояб ноябрь",
    "dec december décembre decembre déc dezember dez dezembro diciembre dic dicembre desember des grudnia grudzień gru prosince prosinec decembrie aralık декабря дек декабрь",
)
MONTHS = {name: number for number, names in enumerate(_MONTHS, 1) for name in names.split()}

_WEEKDAYS = (
    "mon monday tue tues tuesday wed wednesday thu thur thurs thursday fri friday sat saturday sun sunday "
    "mo montag di dienstag mi mittwoch do donnerstag fr freitag sa samstag sonnabend so sonntag "
    "lun lundi mar mardi mer mercredi jeu jeudi ven vendredi sam samedi dim dimanche "
    "lunes martes mié miércoles jue jueves vie viernes sáb sábado dom domingo "
    "lunedì martedì mercoledì gio giovedì venerdì sab sabato domenica "
    "segunda terça quarta quinta sexta segunda-feira terça-feira quarta-feira quinta-feira sexta-feira "
    "ma maandag dinsdag wo woensdag donderdag vr vrijdag za zaterdag zo zondag "
    "mån måndag tis tisdag ons onsdag tor tors torsdag fre fredag lör lördag sön söndag man mandag tirsdag lørdag søndag"
)
WEEKDAYS = frozenset(_WEEKDAYS.split())


def month_number(name: str) -> int:
    """1 to 12. Raises ValueError for any other word."""
    try:
        return MONTHS[unicodedata.normalize("NFC", name.lower()).rstrip(".")]
    except KeyError:
        raise ValueError(name) from None
