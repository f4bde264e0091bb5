"""The commands of `manage.py`, by what they do: files in, figures out, documents out, upkeep.

What a command needs is imported within it: `--help` and a mistyped option need not wait for pandas.
"""
