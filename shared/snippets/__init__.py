"""What code about tables may use: the modules that it may import and every name that it may take from them.

Three rooms read this, and none of them has a list of its own: the validator (what it lets pass), the jail (what is imported before the
door is locked, and what the snippet's `import` finds), and the prompt (what the model is told). `modules` is written by hand and says
what is offered; `offered.txt` is what that comes to with the installed packages (`python -m docs.generate_offered`).
"""
