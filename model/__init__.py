"""Photos to pixels, backbone, heads, decision rule, registry. Knows no chat and no training."""
