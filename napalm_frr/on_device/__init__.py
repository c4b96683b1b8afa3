"""The half of the driver that runs on the router.

Sent over SSH into ``python3`` and never installed. It exists because three things must not depend on the connection:
the lock (held as long as that process lives), a change (finished or undone even when the client dies in the middle)
and the timer of a commit that waits for its confirmation. Standard library only, Python 3.7 and newer, as routers have
it; ``MODULES`` are sent in that order.

State lives in one private folder, by default below ``/run``: a reboot empties it together with the running
configuration, and the startup configuration is written only when a commit is final, so a box that reboots while a
commit is pending comes back with the old configuration and nothing pending.
"""

MODULES = ('lines', 'router', 'pending', 'session', 'serve')
