"""Functions that exported pandas code carries along, when a step of its recipe needs them."""

from __future__ import annotations

AS_TEXT = '''
def as_text(column: pd.Series) -> pd.Series:
    """Cells as a person would write them: 5 and not 5.0, ISO dates."""
    kind = column.dtype.pyarrow_dtype
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        return column
    if pa.types.is_floating(kind):
        cells = [None if pd.isna(v) else str(int(v)) if v.is_integer() and abs(v) < 1e15 else repr(v) for v in column.tolist()]
        return pd.Series(cells, index=column.index, dtype=TEXT)
    if pa.types.is_duration(kind):
        return pd.Series([None if v is None else str(v) for v in pa.array(column).to_pylist()], index=column.index, dtype=TEXT)
    text = pd.Series(pd.arrays.ArrowExtensionArray(pa.array(column).cast(pa.string())), index=column.index)
    timed = pa.types.is_timestamp(kind) or pa.types.is_time(kind)
    return text.str.replace(r"\\.0+$", "", regex=True) if timed else text
'''
DOUBLES = '''
def doubles(column: pd.Series) -> pd.Series:
    """Numbers of any kind as doubles; whole ones beyond 15 digits as the nearest."""
    return pd.Series(pd.arrays.ArrowExtensionArray(pa.array(column).cast(pa.float64(), safe=False)), index=column.index)
'''
TYPED = '''
def typed(value: object, column: pd.Series) -> object:
    """A value of the column's type."""
    kind = column.dtype.pyarrow_dtype
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return None if value is None else pa.scalar(text, pa.string()).cast(kind).as_py()
'''
IMPUTE = '''
def impute(column: pd.Series, number: object) -> pd.Series:
    """Missing numbers filled in, where there is any number at all; exact decimals keep their scale."""
    kind = column.dtype.pyarrow_dtype
    if pa.types.is_decimal(kind):
        return column if pd.isna(number) else column.fillna(Decimal(repr(float(number))).quantize(Decimal(1).scaleb(-kind.scale)))
    return doubles(column) if pd.isna(number) else doubles(column).fillna(float(number))
'''
DIGITS = """
def digits(text: pd.Series, decimal: str) -> list[Decimal | None]:
    \"\"\"Numbers with signs, separators, units and brackets around negative ones; anything else becomes missing.\"\"\"
    found = []
    for cell in text:
        plain = "" if pd.isna(cell) else re.sub(r"\\((.*)\\)", r"-\\1", re.sub("[−–]", "-", cell.strip()))
        plain = re.sub(r"[^0-9.,eE+-]|[eE](?![-+]?[0-9])", "", re.sub(r"(?<=[.,])-+", "", plain))
        plain = re.sub(r"^([0-9.,]+)-$", r"-\\1", plain).replace("." if decimal == "," else ",", "").replace(decimal, ".")
        found.append(Decimal(plain) if re.fullmatch(r"[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]{1,3})?", plain) else None)
    return found
"""
READ_NUMBERS = """
def read_numbers(text: pd.Series, decimal: str) -> pd.Series:
    cells = pa.array([None if number is None else float(number) for number in digits(text, decimal)], pa.float64())
    return pd.Series(pd.arrays.ArrowExtensionArray(cells), index=text.index)
"""
READ_WHOLE = '''
def read_whole(text: pd.Series, decimal: str) -> pd.Series:
    """Whole numbers of up to 64 bits; any other becomes missing."""
    found = [None if n is None or n != n.to_integral_value() or not -(2**63) <= n < 2**63 else int(n) for n in digits(text, decimal)]
    return pd.Series(pd.arrays.ArrowExtensionArray(pa.array(found, pa.int64())), index=text.index)
'''
READ_TIMES = '''
def read_times(text: pd.Series, formats: list[str], kind: str) -> pd.Series:
    """Dates and times under the first format that reads them; anything else becomes missing."""
    found = pd.Series(pd.NaT, index=text.index, dtype="datetime64[us]")
    for form in formats:
        form, _, last = form.partition(" until ")
        read = pd.to_datetime(text.str.strip().astype(object), format=form, errors="coerce", utc="%z" in form)
        if "%y" in form:
            read = read.map(lambda t: t if pd.isna(t) else t.replace(year=int(last or 2029) - (int(last or 2029) - t.year) % 100))
        found = read if found.isna().all() else found.fillna(read)
    return (found.dt.time if kind.startswith("time64") else found).astype(kind)
'''
READ_DURATIONS = '''
def read_durations(text: pd.Series, two_parts: str) -> pd.Series:
    """Spans of time; two numbers with a colon stand for `two_parts`. Anything else becomes missing."""
    whole = text.str.strip().str.replace(r"^(-?)(\\d+):(\\d\\d(?:\\.\\d+)?)$", two_parts, regex=True)
    whole = whole.mask(whole.str.fullmatch(r"-?[\\d.]+").fillna(False))
    return pd.to_timedelta(whole.astype(object), errors="coerce").astype("duration[us][pyarrow]")
'''
SIMILAR = '''
def drop_similar(df: pd.DataFrame, columns: list[str], threshold: float) -> pd.DataFrame:
    """Rows whose text is not like that of an earlier row that was kept. Rows without any text all stay."""
    texts = [as_text(df[name]).fillna("").tolist() for name in columns]
    keys = [" ".join(" ".join(row).casefold().split()) for row in zip(*texts)]
    kept: list[str] = []
    stays, seen = [], set()
    for key in keys:
        new = key not in seen and process.extractOne(key, kept, scorer=fuzz.ratio, score_cutoff=threshold) is None
        if key and new:
            kept.append(key)
        seen.add(key)
        stays.append(not key or new)
    return df[pd.Series(stays, index=df.index, dtype=bool)]
'''
UNPIVOT = '''
def unpivot(df: pd.DataFrame, keep: list[str], columns: list[str], names_to: str, values_to: str) -> pd.DataFrame:
    """Columns become rows; the rows made of one row stay together."""
    kinds = {df[name].dtype for name in columns}
    numeric = all(pa.types.is_integer(k.pyarrow_dtype) or pa.types.is_floating(k.pyarrow_dtype) for k in kinds)
    cells = {name: df[name] if len(kinds) == 1 else doubles(df[name]) if numeric else as_text(df[name]) for name in columns}
    parts = [df[keep].assign(**{names_to: name, values_to: cells[name]}) for name in columns]
    return pd.concat(parts).sort_index(kind="stable").astype({names_to: TEXT})
'''
