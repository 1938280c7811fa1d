"""The chat service: photos in, answers and corrections kept, models swapped while it runs."""
