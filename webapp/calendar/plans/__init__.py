"""Plans that a new zone database put in doubt: a government moved the clocks after somebody chose an hour.

A plan is an instant and the wall time that was typed. When the rules change, the two part: the job lists the plans and
people say which of the two they meant. Nothing moves by itself.
"""
