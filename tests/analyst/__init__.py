"""Code as analysts and models write it, by style; each snippet with its task and what must hold of its result.

They were written from their tasks alone, before anybody looked at what the validator allows: a snippet that is refused shows a false
refusal, and is not to be rewritten into one that passes.
"""
