"""JSON documents and JSON lines as tables; `read_json` of `files` is the way in.

A small file is held while it is read (`held`), and what in it is a table is looked for (`records`, `rows`). A large one is cut into blocks of whole elements (`framing`,
`scanning`), which several processes read side by side (`processes`): into structs where the objects are like those before them, else as values of any kind
(`blocks`, `schema`, `columns`). Each block becomes a file of columns; when all are read, it is known what the columns of the table are (`spilled`, `large`). Of a large
document the large lists are read so, and the rest is held (`outline`, `documents`).
"""
