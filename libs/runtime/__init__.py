"""What every process needs: settings, start, stop, health."""
