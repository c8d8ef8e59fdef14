"""Language models that may be asked; each module knows one vendor's protocol."""
