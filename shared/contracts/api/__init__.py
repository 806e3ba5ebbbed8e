"""REST request and answer shapes, one module a service. Read by screens, the simulator and other callers."""
