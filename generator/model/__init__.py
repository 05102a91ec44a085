"""The words every other package speaks: value types, the plan of a device and the facts of a device.

Nothing here imports anything of ours, knows a vendor or does input or output.

The types are `msgspec.Struct` classes, frozen: they behave like frozen dataclasses (keyword
construction, equality, hash, repr) and were measured at roughly a tenth of a frozen dataclass'
construction time.  A run over ten thousand customers makes millions of them.
"""
