"""Questions to the query model: what may be asked, how it is asked, what comes back."""
