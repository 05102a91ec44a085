"""Runs on the router, sent there over SSH with every request: standard library only, Python 3.9 or later.

What it does: read the files, check a candidate, compare, commit with a way back, confirm, roll back.

The way back: before anything is applied, the old state is kept in a checkpoint, and a process of its
own waits for the deadline.  It shares neither the lock nor the SSH session, so it acts when both are
gone.  What was applied half is restored at once.  This is compensation, not atomicity: for some
seconds the router may run a mixture of the old and the new config.
"""
