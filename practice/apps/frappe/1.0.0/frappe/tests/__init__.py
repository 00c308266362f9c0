"""Tests that need neither a database nor Redis."""
