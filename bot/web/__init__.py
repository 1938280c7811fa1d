"""The web chat's server: what a browser is told, what it may send, who it is.

Knows HTTP and the rows of the chat; knows nothing of what is said in it.
"""
