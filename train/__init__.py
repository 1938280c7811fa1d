"""Data, training, evaluation and the gate. Reads a SQL view, writes a registry folder."""
