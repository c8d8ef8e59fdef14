"""Ways to reach people; each module knows one vendor's protocol and limits."""
