"""The other ways to run the system: containers, compose, Tilt, Kubernetes; and the check that they stay valid."""
