"""JSON documents and JSON lines as tables.

`files` decides the way: small documents are parsed whole (`records`), large ones in blocks (`framing`, `blocks`) by compiled code (`template`, `cells`), with the fields and
kinds that a sample shows (`shape`, `columns`) or that all objects have (`survey`), also where they stand inside a document (`inside`). `strict` says where a text is no JSON.
"""
