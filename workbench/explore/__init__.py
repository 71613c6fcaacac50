"""The explorer: widgets in a notebook, thin over analyses and charts."""
