"""The words of each language, and how it writes numbers, dates and lists.

`words` says a message in the language of whoever reads, `language` knows which that is, `catalogs` finds the
translations, `formats` asks CLDR. Messages are English and written where they are said; `make words` collects them.
Why it is so: docs/decisions/099-words-in-every-language.md.
"""
