"""What people do with plans: draft by steps, publish, take back, swap, plan the next period.

Everything here works on a database without any web: the commands and the pages call the same verbs.
"""
