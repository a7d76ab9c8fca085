"""For authors: building notebooks, rehearsing sections, linting their manifests."""
