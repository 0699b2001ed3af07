"""Supervision: figures with their formulas, the cases behind them, a case for reading."""
