"""Patches, one folder per release."""
