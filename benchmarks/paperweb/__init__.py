"""A newspaper web that does not exist: papers, stories, edits, illnesses and the documents that list them, by a seed.

Written before the rules that are judged by it. All times are whole seconds since 1970, UTC.
"""

MINUTE, HOUR, DAY = 60, 3600, 86400
