"""The migrations, in order. One that ran somewhere is never changed again."""
