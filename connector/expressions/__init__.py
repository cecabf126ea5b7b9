"""Bounded Jinja: arithmetic, comparisons and texts that rule authors write, compiled to callables.

Texts come from rule files; what they may name comes from whoever evaluates them. An expression can do nothing but
compute: it reaches no attribute that is not offered, and its time, memory and output have limits that no text can
move. Everything here is pure; results go back to the caller.
"""
