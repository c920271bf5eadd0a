"""`python -m services.dataproc.reading.compiled`: compile what is not compiled yet, as an image or a new checkout does once."""

from services.dataproc.reading.compiled import iso_moments, json_nested, json_numbers, json_objects, json_texts

assert all((iso_moments, json_nested, json_numbers, json_objects, json_texts))  # importing compiles
