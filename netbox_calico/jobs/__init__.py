"""NetBox jobs: they join snapshot, planner, adapters and store. No decision is made here."""
