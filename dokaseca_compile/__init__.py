"""dokaseca: compile one typed ``platform.yaml`` into the repositories of a GitOps platform."""

__version__ = "0.1.0"
