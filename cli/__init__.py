"""The dealstream command line."""
