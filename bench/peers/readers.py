"""Programs that make a table of the file `source` in the folder `into` and count its `rows`; `bench.peers.fresh` runs them.

Each imports what it needs, says `begin()`, and works.
"""

from __future__ import annotations

OURS = """
from services.dataproc.reading import preload, read_file
if source.suffix.startswith(".json"):
    preload()  # imports, which the parent of the service's reading processes has done
begin()
rows = read_file(source, filename=source.name, into=into).tables[0].rows
"""
DUCKDB = """
import duckdb
begin()
copied = "COPY (SELECT * FROM read_json_auto($$" + str(source) + "$$)) TO $$" + str(into / "table.parquet") + "$$ (FORMAT parquet, COMPRESSION zstd)"
db = duckdb.connect(config={"threads": 2})
db.execute("SET enable_progress_bar = false")
rows = db.execute(copied).fetchone()[0]
"""
PANDAS = """
import numpy as np, pandas as pd
NULLS = {"", "NA", "N/A", "NULL", "null", "nan", "NaN", "None", "none", "-", "?"}
begin()
read = {".csv": pd.read_csv, ".jsonl": lambda p: pd.read_json(p, lines=True, convert_dates=False),
        ".json": lambda p: pd.read_json(p, convert_dates=False), ".xlsx": lambda p: pd.read_excel(p, engine="calamine")}
frame = read[source.suffix](source)
for name in frame.columns[[pd.api.types.is_string_dtype(frame[n]) or frame[n].dtype == object for n in frame.columns]]:
    texts = frame[name].where(~frame[name].isin(NULLS))
    try:
        frame[name] = pd.to_datetime(texts, format="ISO8601")
    except (ValueError, TypeError):
        frame[name] = texts
frame.to_parquet(into / "table.parquet", compression="zstd")
profile = {}
for name in frame.columns:
    column = frame[name]
    profile[name] = {"nulls": int(column.isna().sum()), "distinct": int(column.nunique()), "summary": column.describe().to_dict()}
    if profile[name]["distinct"] <= 5000:
        profile[name]["top"] = column.value_counts().to_dict()
    if pd.api.types.is_numeric_dtype(column) and column.dtype != bool:
        profile[name]["quantiles"] = column.quantile([0.05, 0.95]).to_dict()
        profile[name]["histogram"] = np.histogram(column.dropna(), 20)
rows = len(frame)
"""
