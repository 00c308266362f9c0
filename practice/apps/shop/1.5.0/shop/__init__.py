"""Items, customers and orders of a small shop."""

__version__ = "1.5.0"
