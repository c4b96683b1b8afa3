"""BGP for Calico clusters, planned, proven and deployed from NetBox."""

__version__ = '0.1.0'
