"""What is kept so that it need not be made again: designs, what they mean, how they are drawn. Never what is right.

A value is known by what it is made of (the id of a state, the hash of a design), so one that is known is never wrong; a
cache that is empty, away or lied to costs time and nothing else. Rights are asked before anything is looked up here.
"""
