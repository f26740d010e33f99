"""Whether sources are well: figures in, illnesses out. Pure: the time is an argument, nothing is read or written."""
