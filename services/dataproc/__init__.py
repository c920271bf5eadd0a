"""Files become typed, clean, profiled tables; generated code runs here."""
