"""Everything that is kept: tables, migrations, and queries, one module a subject.

Queries take a session of `engine.Store`, so that the caller decides what is one transaction. They
know neither the chat's platform nor the model. Statements that every photo needs are made once, as
constants on the bare tables: making one anew takes longer than running it.
"""
