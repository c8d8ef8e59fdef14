"""One folder a vertical; ``registry`` lists them and is what everything else reads."""
