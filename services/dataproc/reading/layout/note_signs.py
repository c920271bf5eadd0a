"""What tells that a line beside a table is a note: "Source: Eurostat", "(2 rows)", "* vorläufig", "-- end --".

No library has these words: CLDR names months, units and currencies, and none of what people write below tables.
"""

from __future__ import annotations

import re
from enum import Enum
from functools import lru_cache

SOURCES = (
    "(?:data )?sources?|(?:daten)?quellen?|fuentes?|fontes?|fonti|źródł[oa]|bron(?:nen)?|käll(?:a|or)|kilder?|lähteet|lähde|zdroje?|források|forrás|kaynak(?:lar)?"
    "|источники?|джерел[оа]|πηγ(?:ή|ές)|(?:数据|資料|资料)?来源|資料來源|出典|출처|sumber|nguồn"
)
REMARKS = (
    "notes?|n\\.b\\.|remarks?|foot-?notes?|disclaimer|caveats?|legend|anmerkung(?:en)?|hinweise?|bemerkung(?:en)?|fußnoten?|legende|remarques?|avertissement|notas?|observaciones"
    "|osservazioni|uwag[ai]|opmerking(?:en)?|anm(?:ärkning(?:ar)?)?|merknad(?:er)?|huomautus|poznámk[ay]|megjegyzés|примечани[ея]|приміт(?:ка|ки)|σημει[ώω]σ(?:η|εις)"
    "|注(?:释|意)?|備考|备注|주"
)
MAKING = (
    "generated|created|exported|printed|produced|prepared|downloaded|retrieved|extracted|made|(?:last )?updated|run date|report date|(?:data |status )?as of|as at|stand|erstellt|gedruckt"
    "|exportiert|aktualisiert|généré|édité|créé|mis à jour|generado|creado|actualizado|generato|creato|aggiornato|stampato|gegenereerd|afgedrukt|bijgewerkt|wygenerowano|сформировано"
    "|обновлено|作成日|更新日|导出时间"
)
COUNTED = (
    "rows?|records?|entries|results?|row\\(s\\)|record\\(s\\)|lines?|zeilen?|datens[aä]tze?|einträge|lignes?|enregistrements?|filas?|registros?|righe|rijen|rader|wiersz[ey]|rekord(?:y|ów)"
    "|строк[аи]?|запис(?:ь|и|ей)|件|行"
)
COUNTS = f"(?:(?:total|number of|no\\. of|row|record|anzahl(?: der)?|nombre de|liczba|всего|总|總) ?)?(?:{COUNTED}|count)(?: count| total| returned)?|anzahl|件数|行数|总行数"
ENDS = "end|ende|eof|fin|fine|koniec|einde|slut|конец"
ENDED = "file|report|data|table|list|document|export|results?|transmission|datei|liste|bericht|daten|fichier|rapport|tableau|archivo|informe|fichero|del archivo|отч[её]та"


class NoteSign(Enum):
    """What a line begins with, or says."""

    SOURCE = rf"(?:{SOURCES})\s*[:：]\s*\S.*"
    LINK = r"https?://\S+"
    REMARK = rf"(?:{REMARKS})\s*(?:\d{{1,2}}|\([a-z0-9]\))?\s*[:：]\s*\S.*"
    MAKING = rf"(?:{MAKING})\b(?:\s*[:：]|\s+(?:on|by|at|from|with|am|vom|von|le|par|il|el|por|den|op|door|\d)).*"
    COUNT = rf"\(?\s*\d[\d,.' ]*\s+(?:{COUNTED})(?:\s+(?:in set|selected|returned|affected|found|fetched|exported)\b[^,;]*|\s*\(\d[^)]*\))?\s*\)?\.?|(?:{COUNTS})\s*[:：=]\s*\d[\d,.' ]*"
    FOOTNOTE = r"(?:[*†‡§¹²³⁴⁵⁶⁷⁸⁹]+|\(?(?:\d{1,2}|[a-z])\)|\[\d{1,2}\])\s*[^\W\d_].*"
    END = rf"[-*=#<\[\s]*(?:{ENDS})(?: (?:of|der|des|de|du|del|della) (?:the )?(?:{ENDED}))?[-*=#>\]\s.]*"
    RIGHTS = r"(?:©|\(c\)|copyright)\s.*|all rights reserved.*"
    HEADING = rf"(?:{SOURCES}|{REMARKS})"
    """A word that stands above notes."""

    def __init__(self, said: str) -> None:
        self.pattern = re.compile(said, re.IGNORECASE)


LONGEST_LINE = 2_000
STRONG_END = re.compile(r"[-*=#<\[].*|.*\s.*|eof\W*", re.IGNORECASE | re.DOTALL)
"""The word "end" alone may be a value; between dashes, or with what ends, it is none."""


@lru_cache(maxsize=4096)
def note_sign(text: str) -> NoteSign | None:
    """The sign by which a text is a note, wherever it stands."""
    text = text.strip()[:LONGEST_LINE]
    if len(text) < 2 or (text[0].isdecimal() and text.replace(".", "").replace(",", "").isdecimal()):
        return None
    sign = next((sign for sign in NoteSign if sign.pattern.fullmatch(text)), None)
    return None if sign is NoteSign.END and not STRONG_END.fullmatch(text) else sign
