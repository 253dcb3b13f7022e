"""Carriers, shops and ERP files."""
