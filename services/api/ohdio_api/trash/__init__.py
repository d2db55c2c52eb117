"""Books that were deleted lately, and can be had back."""
