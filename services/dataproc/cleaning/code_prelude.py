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
TYPED = '''
def typed(value: object, column: pd.Series) -> object:
    """A value of the column's type."""
    kind = column.dtype.pyarrow_dtype
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return None if value is None else pa.scalar(text, pa.string()).cast(kind).as_py()
'''
IMPUTE = '''
def impute(column: pd.Series, number: float) -> pd.Series:
    """Missing numbers filled in; exact decimals keep their scale."""
    kind = column.dtype.pyarrow_dtype
    if pa.types.is_decimal(kind):
        return column.fillna(Decimal(repr(number)).quantize(Decimal(1).scaleb(-kind.scale)))
    return column.astype("double[pyarrow]").fillna(number)
'''
READ_NUMBERS = '''
def read_numbers(text: pd.Series, decimal: str) -> pd.Series:
    """Numbers with signs, separators, units and brackets around negative ones; anything else becomes missing."""
    digits = text.str.strip().str.replace(r"^\\((.*)\\)$", r"-\\1", regex=True).str.replace(r"[^0-9.,eE+-]", "", regex=True)
    digits = digits.str.replace("." if decimal == "," else ",", "", regex=False).str.replace(decimal, ".", regex=False)
    numbers = pd.to_numeric(digits.astype(object).where(digits.notna(), ""), errors="coerce").to_numpy(dtype="float64")
    return pd.Series(pd.arrays.ArrowExtensionArray(pa.array(numbers, from_pandas=True)), index=text.index)
'''
READ_TIMES = '''
def read_times(text: pd.Series, formats: list[str], kind: str) -> pd.Series:
    """Dates and times under the first format that reads them; anything else becomes missing."""
    found = pd.Series(pd.NaT, index=text.index, dtype="datetime64[us]")
    for form in formats:
        read = pd.to_datetime(text.str.strip().astype(object), format=form, errors="coerce", utc="%z" in form)
        found = read if found.isna().all() else found.fillna(read)
    return (found.dt.time if kind.startswith("time64") else found).astype(kind)
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
    return df[stays]
'''
UNPIVOT = '''
def unpivot(df: pd.DataFrame, keep: list[str], columns: list[str], names_to: str, values_to: str) -> pd.DataFrame:
    """Columns become rows; the rows made of one row stay together."""
    kinds = {df[name].dtype for name in columns}
    if len(kinds) > 1:
        numeric = all(pa.types.is_integer(k.pyarrow_dtype) or pa.types.is_floating(k.pyarrow_dtype) for k in kinds)
        df = df.assign(**{name: df[name].astype("double[pyarrow]") if numeric else as_text(df[name]) for name in columns})
    melted = df.melt(id_vars=keep, value_vars=columns, var_name=names_to, value_name=values_to, ignore_index=False)
    return melted.sort_index(kind="stable").astype({names_to: TEXT})
'''
