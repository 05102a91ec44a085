"""The lab program: makes the devices, and runs commands in them.

Runs as root in namespaces of its own, or as the first process of a User-Mode-Linux kernel; knows nothing
of inventories, only `generator.lab.model`.  Where it dies, every device dies with it, and with their last
processes go their networks and file systems: nothing of a lab outlives its agent.
"""
