"""Chat platforms: one module a platform, each only a translator."""
