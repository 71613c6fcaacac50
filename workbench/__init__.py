"""Support-operations workbench: raw help-desk and shop exports in, answers with intervals out."""

__version__ = "0.1.0"
