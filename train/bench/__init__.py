"""Speed, side by side in one run: `python -m train bench`. What is compared takes turns."""
