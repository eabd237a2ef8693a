"""The world of the demonstration, told through the product's own services."""
