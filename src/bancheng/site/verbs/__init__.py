"""The verbs that run a deployment; same shape as ``bancheng.cli``, but they know the wiring."""
