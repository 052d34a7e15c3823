"""What is kept against a bad day: one file with the database, the photos, and digests of both (docs/operate.md).

``making`` writes a backup while everything runs, ``restoring`` puts one in place, ``drilling`` shows that it is good.
``archive`` is the file itself, ``sqlite`` and ``postgres`` copy a database each in its own way. The keys are never in
it: with them, whoever finds a backup could sign as this server.
"""
