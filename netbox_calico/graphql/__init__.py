"""GraphQL: fields ``calico_…``. NetBox loads ``schema`` when it puts its own together."""
